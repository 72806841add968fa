package crm

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/registration"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// CRM is the customer side of an application over one [Store]: its services, by
// noun. It holds no state of its own, and is safe for concurrent use if the store
// and the options are.
//
// A service method loads what it needs, decides by a pure function of the packages
// below, and commits under the versions that it read. It retries after ErrConflict
// and after errors of the system, always under the key of the command, so that
// nothing happens twice.
type CRM struct {
	Customers     *Customers     // who they are 客户
	Contacts      *Contacts      // who speaks for an organisation 联系人
	Stakeholders  *Stakeholders  // who decides at a customer, and how they stand to us 干系人
	Ties          *Ties          // who of ours is close to whom of theirs 联系
	KeyAccounts   *KeyAccounts   // the customers at the centre 大客户
	Owners        *Owners        // who looks after whom 负责人
	Handovers     *Handovers     // what leavers hand over 离职交接
	Stages        *Stages        // where each relationship stands 阶段
	Timeline      *Timeline      // what passed between us 行动记录
	Consents      *Consents      // what a person agreed to 同意
	Privacy       *Privacy       // access copies, and erasure 个人信息
	Leads         *Leads         // who may become customers 线索
	Registrations *Registrations // who may pursue whom 报备
	Opportunities *Opportunities // what may become an order 销售机会
	Quotes        *Quotes        // what was offered 报价
	Bids          *Bids          // our part in tenders 投标
	Orders        *Orders        // what was agreed 订单
	Receivables   *Receivables   // who owes us how much, and its collection 应收款
	Approvals     *Approvals     // who may decide what, and who decided 审批
	Agenda        *Agenda        // what somebody is to be reminded of, and their appointments 日程与提醒
	Care          *Care          // what is to be done for customers beyond that 客户关怀
	Events        *Events        // what is held, who is invited, and who was there 事件计划
	Actions       *Actions       // what was done to follow up 一般行动
	Cadence       *Cadence       // whether people use the system as the rules want it 使用考核
	Penalties     *Penalties     // what it costs where they do not 处罚台账
	Registries    *Registries    // groups, fields, touchpoints, purposes: the tables of definitions
	Overview      *Overview      // one customer, whole 客户全貌
	Worklists     *Worklists     // a colleague's day, a manager's week 今日工作

	core *core
}

// Options of a [CRM]. The zero value is ready to use.
type Options struct {
	// Clock says what time it is; nil is the machine's. Instants are floored to
	// microseconds of UTC. A clock that has a method Wait(context.Context,
	// time.Duration) error is also asked to wait between attempts.
	Clock interface{ Now() time.Time }

	// NewID makes the ids of what is created without one; nil makes 128 random bits
	// as 32 hexadecimal digits.
	NewID func() string

	// Attempts is how often a command is tried in all when the store answers
	// ErrConflict or an error of the system; 0 is 10. On a store in a transaction of
	// the host it is always 1.
	Attempts int

	// ErasureKey, of at least 32 secret bytes, makes it possible to forget people:
	// what is kept to recognise them, should they be imported again, is a keyed
	// hash. Without it [Privacy].Forget is ErrIncomplete. Losing it means that
	// forgotten people are no longer recognised; changing it too.
	ErasureKey []byte

	// Machines are the tables that stages move by; the zero value is the ready-made
	// ones.
	Machines Machines

	// Ownership is what the house rules about owners; the zero value protects nobody
	// and limits nothing.
	Ownership owner.Policy

	// Calendar says in which zone days begin and when people work; nil is days of UTC
	// and work from Monday to Friday, and working time that is not to be had.
	Calendar *calendar.Calendar

	// Process is the way from an opportunity to an order; the zero value is
	// [pipeline.DefaultProcess].
	Process pipeline.Process

	// Approvals is what approvals go by beside the tables of definitions; the zero value
	// knows nobody.
	Approvals ApprovalOptions

	// Cadence is what the rules of use go by; the zero value knows nobody.
	Cadence CadenceOptions

	// Dunning is when customers are reminded of what they owe; the zero value is
	// [receivable.DefaultDunning].
	Dunning receivable.Dunning

	// Registration is what the house rules about registrations of prospects; the zero value
	// protects for 90 days, in the zone of Calendar.
	Registration registration.Policy

	// Deduper finds who a new lead may be; nil goes by exclusive identifiers alone.
	Deduper Deduper

	// Signals tells what leads did elsewhere, for their scores; nil goes by their timelines
	// alone.
	Signals SignalSource

	// ViewCap is how many records that others look after, or nobody, a colleague is shown
	// the contact details of on one local day; 0 is [DefaultViewCap], below 0 without limit.
	ViewCap int

	// Purchases is where purchases are read from, [OrderPurchases] where it is from the orders
	// that were signed; nil where there are none.
	Purchases PurchaseSource

	// Observe is called after each operation; nil for nobody. It must not block.
	Observe func(ctx context.Context, op Op)

	// Logger is told of every attempt that failed and was tried again, at level
	// Debug; nil for silence.
	Logger *slog.Logger
}

// Op is one operation of a service, as [Options].Observe sees it: who did or read
// what, in ids and codes.
type Op struct {
	Name     string  // as "owners.assign"
	Actor    string  // id
	Subject  Subject // what it was about; zero for a listing
	Write    bool    // a command, not a read
	Attempts int     // 1 where the first was the last
	Duration time.Duration
	Err      error
}

// Actor is who asks, and what they may see. What an actor may not see does not
// exist for them: reads and commands return ErrNotFound. The zero Sees sees
// nothing; [access.Everything] sees all.
type Actor struct {
	ID   string // staff id, or that of a program
	Sees access.Scope
}

// Call is what every command has beside its own fields. The zero value is allowed.
type Call struct {
	// Key makes the command idempotent: sent again with the same key by the same
	// actor, it changes nothing and returns what the first one did. Another command
	// under a used key is ErrKeyReused. Up to [MaxID] bytes; only a hash is kept.
	Key string `json:"key,omitzero"`
	// At is when it was so, the effective time; zero for now. An instant to come is
	// ErrInvalid.
	At time.Time `json:"at,omitzero"`
	// Reason is why, in words. It may be personal, and is cleared when the person
	// is forgotten.
	Reason string `json:"reason,omitzero"`
}

// New returns the services over a store.
func New(store Store, opts Options) (*CRM, error) {
	if store == nil {
		return nil, &Error{Field: "store", Reason: "is nil", Err: ErrInvalid}
	}
	if n := len(opts.ErasureKey); n > 0 && n < 32 {
		return nil, &Error{Field: "erasure_key", Reason: "has fewer than 32 bytes", Err: ErrInvalid}
	}
	if opts.Clock == nil {
		opts.Clock = clock.System{}
	}
	if opts.NewID == nil {
		opts.NewID = attempt.RandomID
	}
	if opts.Attempts == 0 {
		opts.Attempts = 10
	}
	if opts.Attempts < 0 {
		return nil, &Error{Field: "attempts", Reason: "is below 0", Err: ErrInvalid}
	}
	if b, ok := store.(Borrowed); ok && b.Borrowed() {
		opts.Attempts = 1
	}
	funnel, err := newFunnel(opts.Process)
	if err != nil {
		return nil, err
	}
	if m := opts.Machines.Tie; m != nil && (m.Code(stage.Awareness) == "" || m.Code(stage.Dissolution) == "") {
		return nil, &Error{Field: "machines.tie", Reason: "does not know awareness and dissolution", Err: ErrInvalid}
	}
	c := &core{store: store, opts: opts, funnel: funnel}
	return &CRM{
		Customers: &Customers{c}, Contacts: &Contacts{c}, Stakeholders: &Stakeholders{c}, Ties: newTies(c), Owners: &Owners{c},
		Handovers: &Handovers{c}, Stages: newStages(c), Timeline: &Timeline{c}, Consents: &Consents{c}, Privacy: &Privacy{c},
		Agenda: &Agenda{c}, Care: &Care{c}, Events: &Events{c}, Registries: newRegistries(c), Overview: &Overview{c},
		Worklists: &Worklists{c}, Receivables: &Receivables{c}, Approvals: &Approvals{c}, Actions: &Actions{c}, Cadence: &Cadence{c},
		Leads: &Leads{c}, Registrations: &Registrations{c}, Opportunities: &Opportunities{c}, Quotes: &Quotes{c}, Bids: &Bids{c},
		Orders: &Orders{c}, KeyAccounts: &KeyAccounts{c}, Penalties: &Penalties{c}, core: c,
	}, nil
}

// On returns the same services over another store, most often the one inside a
// transaction of the host.
func (c *CRM) On(store Store) (*CRM, error) { return New(store, c.core.opts) }

// core is what the services share.
type core struct {
	store  Store
	opts   Options
	funnel *pipeline.Funnel // of Options.Process
}

func (c *core) now() time.Time { return Instant(c.opts.Clock.Now()) }

// observe reports the end of an operation.
func (c *core) observe(ctx context.Context, op Op) {
	if c.opts.Observe != nil {
		c.opts.Observe(ctx, op)
	}
}

// read runs a read and reports it.
func read[T any](ctx context.Context, c *core, name string, actor Actor, s Subject, do func() (T, error)) (T, error) {
	elapsed := clock.Stopwatch()
	result, err := do()
	c.observe(ctx, Op{Name: name, Actor: actor.ID, Subject: s, Attempts: 1, Duration: elapsed(), Err: err})
	return result, err
}

// customer returns a customer that the actor may see.
func (c *core) customer(ctx context.Context, actor Actor, id string) (Customer, error) {
	got, err := c.store.Customer(ctx, id)
	if err == nil && !actor.Sees.Allows(got.Standing.Holding.Owner, got.Standing.Holding.Path) {
		return Customer{}, &Error{Subject: Subject{KindCustomer, id}, Err: ErrNotFound}
	}
	return got, err
}

// living returns a customer that the actor sees and who was not forgotten: about
// somebody who was, no command records anything any more.
func (c *core) living(ctx context.Context, actor Actor, id string) (Customer, error) {
	got, err := c.customer(ctx, actor, id)
	if err == nil && !got.Standing.Forgotten.IsZero() {
		err = &Error{Subject: Subject{KindCustomer, id}, Err: ErrForgotten}
	}
	return got, err
}

// record returns a record with its head; where there is none, the zero record at
// the head that the subject has. The head is then read before the record: read
// after it, it could be that of a record which was put in between, and a command
// would overwrite what it never saw.
func (c *core) record(ctx context.Context, s Subject) (Record, error) {
	r, err := c.store.Record(ctx, s)
	if !errors.Is(err, ErrNotFound) {
		return r, err
	}
	head, err := c.store.Head(ctx, s)
	if err != nil {
		return Record{}, err
	}
	r, err = c.store.Record(ctx, s)
	if errors.Is(err, ErrNotFound) {
		return Record{Subject: s, Head: head}, nil
	}
	return r, err
}

// seen lists entries of a customer that the actor sees; for another it ends with
// ErrNotFound.
func (c *core) seen(ctx context.Context, name string, actor Actor, id string, filter EntryFilter) iter.Seq2[Entry, error] {
	_, err := c.customer(ctx, actor, id)
	c.observe(ctx, Op{Name: name, Actor: actor.ID, Subject: Subject{KindCustomer, id}, Attempts: 1, Err: err})
	if err != nil {
		return memory.Failing[Entry](err)
	}
	return c.store.Entries(ctx, filter)
}
