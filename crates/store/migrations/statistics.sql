-- Why: SQLite's planner must know that a tenant alone selects nearly everything: without numbers it
-- takes the tenant for a narrow choice and reads whole tables. These are rough counts of a busy
-- regency; only their proportions matter. `analyze` may replace them by what is there. Run anew after
-- every migration, so that a new table only adds its lines here. PostgreSQL counts itself.

analyze;

delete from sqlite_stat1;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('pemda', 'pemda', '1 1'),
    ('programme', 'programme', '50 50 1'),
    ('programme', 'sqlite_autoindex_programme_2', '50 50 1'),
    ('org', 'org', '1000 1000 1'),
    ('org', 'sqlite_autoindex_org_2', '1000 1000 1'),
    ('sheet', 'sheet', '1000 1000 1'),
    ('sheet', 'sqlite_autoindex_sheet_2', '1000 1000 1'),
    ('reference_list', 'reference_list', '20 20 1'),
    ('reference_entry', 'reference_entry', '1000000 1000000 100000 1 1'),
    ('person', 'person', '1000000 1000000 1'),
    ('person', 'sqlite_autoindex_person_2', '1000000 1000000 1'),
    ('person', 'person_match', '1000000 1000000 2'),
    ('person', 'person_place', '1000000 1000000 7000'),
    ('record_key', 'record_key', '1000000 1000000 1'),
    ('person_token', 'person_token', '2500000 2500000 10 1'),
    ('person_history', 'person_history', '100000 100000 2 1'),
    ('membership_history', 'membership_history', '10000 10000 1 1'),
    ('intake_row', 'intake_row_person', '1000000 1000000 2'),
    ('intake_row', 'intake_row', '1000000 1000000 300 300 1'),
    ('intake_row', 'intake_row_superseded', '10000 10000 50'),
    ('intake_problem', 'intake_problem', '1000000 1000000 300 300 2 1'),
    ('enlistment', 'enlistment', '1000000 1000000 30000 1'),
    ('enlistment', 'sqlite_autoindex_enlistment_2', '1000000 1000000 300 300 1'),
    ('proposal', 'proposal', '100 100 1'),
    ('proposal', 'sqlite_autoindex_proposal_2', '100 100 1 1'),
    ('proposal_item', 'proposal_item', '1000000 1000000 30000 1'),
    ('proposal_item', 'proposal_item_person', '1000000 1000000 2'),
    ('membership', 'membership', '1000000 1000000 1'),
    ('membership', 'sqlite_autoindex_membership_2', '1000000 1000000 30000 1'),
    ('membership', 'membership_person', '1000000 1000000 2'),
    ('bill', 'bill', '500 500 1'),
    ('bill', 'sqlite_autoindex_bill_2', '500 500 12 1'),
    ('bill_line', 'bill_line', '10000000 10000000 60000 60000 1'),
    ('bill_exclusion', 'bill_exclusion', '100000 100000 300 1'),
    ('transfer', 'transfer', '10000000 10000000 1'),
    ('transfer', 'transfer_document', '10000000 10000000 20'),
    ('transfer_resolution', 'transfer_resolution', '10000000 10000000 1'),
    ('covered_month', 'covered_month', '10000000 10000000 24 12 1'),
    ('covered_month', 'covered_month_programme', '10000000 10000000 300000 60000'),
    ('statement_line', 'statement_line', '10000 10000 1'),
    ('payment_match', 'payment_match', '500 500 1'),
    ('payment_match', 'sqlite_autoindex_payment_match_2', '500 500 1'),
    ('card', 'card', '1000000 1000000 1'),
    ('card', 'sqlite_autoindex_card_2', '1000000 1000000 1'),
    ('card', 'sqlite_autoindex_card_3', '1000000 1000000 30000 1 1'),
    ('role_grant', 'role_grant', '2000 2000 1'),
    ('role_grant', 'role_grant_holder', '2000 2000 3'),
    ('task', 'task', '10000 10000 1'),
    ('task', 'sqlite_autoindex_task_2', '10000 10000 1 1'),
    ('task', 'task_waiting', '10000 10000 50'),
    ('task', 'task_object', '10000 10000 2000 2'),
    ('task_verdict', 'task_verdict', '20000 20000 2 1');

analyze sqlite_schema;
