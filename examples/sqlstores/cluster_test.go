package main

import (
	"bytes"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// cluster is a PostgreSQL server for the tests of this binary: the one that the
// variable GUANXI_POSTGRES names, or a throwaway one of the binaries on this machine.
type cluster struct {
	dsn string // of the database, without a schema
	dir string // of the throwaway cluster; empty for a server of others
	pid int    // of its postmaster

	guard io.Closer // its end ends the throwaway cluster
	gone  func() error
}

var (
	theCluster   cluster
	startCluster = sync.OnceValue(func() (err error) { theCluster, err = newCluster(); return err })
	schemas      atomic.Int64
)

func TestMain(m *testing.M) {
	if done, code := child(); done {
		os.Exit(code)
	}
	// Two engines, each with every case, kills and interleavings: the full sizes take a
	// quarter of an hour, and are for GUANXI_FULL.
	flag.Parse()
	if os.Getenv("GUANXI_FULL") == "" {
		if err := flag.Set("test.short", "true"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	code := m.Run()
	theCluster.stop()
	os.Exit(code)
}

// errNoPostgres says why tests with PostgreSQL are skipped.
var errNoPostgres = errors.New("no PostgreSQL: GUANXI_POSTGRES is not set and /usr/lib/postgresql has no server")

func newCluster() (c cluster, err error) {
	if dsn := os.Getenv("GUANXI_POSTGRES"); dsn != "" {
		return cluster{dsn: dsn}, nil
	}
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(bins) == 0 {
		return cluster{}, errNoPostgres
	}
	bin := slices.MaxFunc(bins, func(a, b string) int { return major(a) - major(b) })
	// The path of a Unix socket has at most 107 bytes: no t.TempDir.
	if c.dir, err = os.MkdirTemp("", "gxpg"); err != nil {
		return c, err
	}
	as, owner := asServer()
	if owner != nil {
		if err := os.Chown(c.dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return c, err
		}
	}
	run := func(name string, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.SysProcAttr, cmd.Dir = as, c.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, out)
		}
		return nil
	}
	data := filepath.Join(c.dir, "data")
	// English_Sorting: the database's own order is not that of bytes, so that a
	// column without COLLATE "C" is found out.
	if err := run("initdb", "-D", data, "-U", "guanxi", "-A", "trust", "-E", "UTF8", "--locale-provider=icu", "--icu-locale=en-US", "--no-sync"); err != nil {
		return c, err
	}
	settings := []string{"listen_addresses=", "unix_socket_directories=" + c.dir, "max_connections=200"}
	if os.Getenv("GUANXI_FSYNC") == "" {
		settings = append(settings, "fsync=off")
	}
	if err := run("pg_ctl", "-D", data, "-w", "-l", filepath.Join(c.dir, "log"), "-o", "-c "+strings.Join(settings, " -c "), "start"); err != nil {
		return c, err
	}
	pid, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return c, err
	}
	first, _, _ := bytes.Cut(pid, []byte("\n"))
	if c.pid, err = strconv.Atoi(string(first)); err != nil {
		return c, err
	}
	// A shell waits for the end of its input, which comes with the end of this
	// process, whatever ends it, and clears away.
	guard := exec.Command("sh", "-c", `cat >/dev/null; kill -QUIT "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.01; done; rm -rf "$2"`,
		"sh", strconv.Itoa(c.pid), c.dir)
	if c.guard, err = guard.StdinPipe(); err != nil {
		return c, err
	}
	c.gone, err = guard.Wait, guard.Start()
	c.dsn = "host=" + c.dir + " user=guanxi dbname=postgres"
	return c, err
}

// major returns the version in /usr/lib/postgresql/15/bin.
func major(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

// asServer returns the attributes of a process that may run PostgreSQL, which
// refuses root.
func asServer() (*syscall.SysProcAttr, *syscall.Credential) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return &syscall.SysProcAttr{}, nil
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	cred := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return &syscall.SysProcAttr{Credential: cred}, cred
}

// stop ends the throwaway server at once and removes its files.
func (c cluster) stop() {
	if c.guard != nil {
		_ = c.guard.Close()
		_ = c.gone()
	}
}

// postgresDSN returns the name of a fresh, empty schema on the server.
func postgresDSN(t testing.TB) string {
	t.Helper()
	if err := startCluster(); errors.Is(err, errNoPostgres) {
		t.Skip(err)
	} else {
		require.NoError(t, err)
	}
	schema := fmt.Sprintf("gx_%d_%d", os.Getpid(), schemas.Add(1))
	admin, err := sql.Open("pgx", theCluster.dsn)
	require.NoError(t, err)
	_, err = admin.Exec("CREATE SCHEMA " + schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE")
		require.NoError(t, err)
		require.NoError(t, admin.Close())
	})
	return withSetting(theCluster.dsn, "search_path", schema)
}

// withSetting adds a setting of the session to a DSN of either form.
func withSetting(dsn, name, value string) string {
	switch {
	case !strings.Contains(dsn, "://"):
		return dsn + " " + name + "=" + value
	case strings.Contains(dsn, "?"):
		return dsn + "&" + name + "=" + value
	}
	return dsn + "?" + name + "=" + value
}
