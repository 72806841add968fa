-- What a program with version 1 of the tables wrote, in either dialect.
INSERT INTO crm_subjects (tenant, kind, id, version, entries, recorded) VALUES
  ('t', 'customer', 'c1', 3, 2, 1772366400000001), ('t', 'contact', 'k1', 1, 0, NULL), ('u', 'customer', 'c1', 1, 0, NULL);
INSERT INTO crm_customers (tenant, id, profile, standing, parent, owner, path, pool, relationship, ladder, category, next_due) VALUES
  ('t', 'c1', '{"name":"甲","parent":"c0"}', '{"holding":{"owner":"s1","path":"/a/b/"},"ladder":{"state":"repeat","since":"2026-01-02T03:04:05.000006Z"},"groups":["g1","g2"],"next_due":"2026-03-02T12:00:00Z"}', 'c0', 's1', '/a/b/', '', '', 'repeat', '', 1772452800000000),
  ('u', 'c1', '{"name":"乙"}', NULL, '', '', '', '', '', '', '', NULL);
INSERT INTO crm_groups (tenant, id, customer_group) VALUES
  ('t', 'c1', 'g1'), ('t', 'c1', 'g2');
INSERT INTO crm_records (tenant, kind, id, customer, ref, owner, path, state, due, body) VALUES
  ('t', 'contact', 'k1', 'c1', 'p1', 's1', '/a/', 'open', 1772366400000000, '{"role":"buyer"}');
INSERT INTO crm_entries (tenant, kind, id, seq, journal, entry_kind, from_code, to_code, contact, ref, amount, currency, data, actor, at, recorded, reason, text, private) VALUES
  ('t', 'customer', 'c1', 1, 'owner', 'assign', '', 's1', '', '', 0, '', NULL, 's9', 1772366400000000, 1772366400000000, NULL, NULL, NULL),
  ('t', 'customer', 'c1', 2, 'timeline', 'deal', '', '', 'p1', 'o1', -1250, 'CNY', '{"n":1}', 's1', 1772366400000000, 1772366400000001, 'because', '说了什么', '{"tel":"1"}');
INSERT INTO crm_claims (tenant, space, claim_key, kind, id) VALUES
  ('t', 'phone', '+86 1', 'customer', 'c1');
INSERT INTO crm_outbox (tenant, kind, id, version, event_kind, at, data) VALUES
  ('t', 'customer', 'c1', 3, 'moved', 1772366400000000, '{"x":1}');
