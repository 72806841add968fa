// Package access answers which rows and fields a member of staff may see and change,
// and why (权限).
//
// An [Org] is the units and who works in them, [Roles] is what may be granted;
// [Resolve] puts them together into a [Decision] whose [Scope] a store turns into a
// predicate on two columns, the owner and the unit path of a row:
//
//	org, err := access.NewOrg(units, staff)
//	roles, err := access.NewRoles([]access.Role{{
//		Name: "manager",
//		Grants: []access.Grant{{Resource: "customer", Action: access.ActionRead, Level: access.LevelSubtree}},
//	}})
//	d, err := access.Resolve(org, roles, access.Request{
//		Staff: "S-7", Resource: "customer", Action: access.ActionRead, At: now})
//	d.Allows(owner, path)          // or d.Scope.Units: path >= From AND path < To
//
// [Explain] says the same with its reasons. [CheckSeparations] finds who has duties
// that are kept apart, [Provision] and [CheckAccounts] keep logins in step with the
// staff list, and [Alarm] finds unusual reading.
//
// # Vocabulary
//
//   - actor 操作者: a member of staff (员工), or a person of a partner (合作伙伴)
//   - unit 组织单元, unit path 组织路径: "group/east/sales/", the ids from the root down
//   - owner 归属人: the member of staff to whom a row belongs
//   - level 范围: none 无, own 本人, team 本部门, subtree 本部门及下级, all 全部
//   - scope 可见范围: the rows that an actor sees
//   - grant 授权, denial 拒绝, role 角色, temporary role 临时授权
//   - field level 字段级权限: hidden 隐藏, read-only 只读, editable 可编辑
//   - separation of duties 职责分离; account provisioning 账号开通与回收
//
// # Paths
//
// A path is the ids of the units from the root down, each ended by a slash, so that
// the subtree of "a/b/" is the byte range from "a/b/" to "a/b0": '0' is the byte after
// '/'. Ids hold no slash, and a path has at most 255 bytes. A unit that moves gets
// another path, and so have the rows of it and of all below it.
//
// # How rights add up
//
// Roles add up: what any role of an actor grants, directly or through the roles that
// it includes, is allowed, each grant with its own rows and fields; a denial takes
// away, whichever role has it and in whatever order. Nothing is allowed by default:
// not to somebody without roles, nor before the first or after the last instant of
// the work. A partner's rights end with his contract and at his units, and he exports
// nothing.
//
// # Sources
//
// Roles, role hierarchies and static separation of duty: Sandhu et al., Role-based
// access control models, IEEE Computer 29(2) (1996), and ANSI INCITS 359-2012. That
// denials override: the deny-overrides algorithm of XACML 3.0, appendix C.2. Paths as
// ranges: the materialised path of Celko, Trees and Hierarchies in SQL (2nd ed.
// 2012). The alarm: Jeffreys' predictive distribution of a Poisson count, see Gelman
// et al., Bayesian Data Analysis (3rd ed. 2013), section 2.6; overdispersion by a
// negative binomial as in Noufaily et al., Statistics in Medicine 32(7) (2013).
package access
