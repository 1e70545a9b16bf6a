//! What somebody with the database's own tools could try on lists, roles, approvals and the books.

/// Every open task is out of time.
pub const TASKS_OVERDUE: &str = "update task set expires_at_ms = 1 where state = 'open'";
/// Every line of every list costs more.
pub const LINES_DEARER: &str = "update proposal_item set committed = committed + 1";
/// No list has a line.
pub const LINES_GONE: &str = "delete from proposal_item";
/// Every list put forward costs more than its lines.
pub const LIST_DEARER: &str =
    "update proposal set committed = committed + 1 where state = 'proposed'";
/// Every open task binds more.
pub const TASKS_DEARER: &str = "update task set effect = effect + 1 where state = 'open'";
/// Every list's task has another hash.
pub const TASKS_OF_ANOTHER_HASH: &str = "update task set hash = object where kind = 'list'";
/// Every open task is small and needs one approval.
pub const TASKS_SMALL: &str = "update task set effect = 1, approvers = 1 where state = 'open'";
/// Every open task needs one approval.
pub const TASKS_OF_ONE_APPROVER: &str = "update task set approvers = 1 where state = 'open'";
/// Every open task was made by `citra`.
pub const TASKS_OF_ANOTHER_MAKER: &str = "update task set maker = \
    (select id from user_account where name = 'citra') where state = 'open'";
/// Every maker has approved.
pub const VERDICTS_OF_MAKERS: &str = "insert into task_verdict \
    (tenant, task, checker, maker, verdict, hash_seen, given_at_ms) \
    select tenant, id, maker, maker, 'approve', hash, 1 from task";
/// Every maker has approved, of tasks that `citra` made.
pub const VERDICTS_OF_MAKERS_RENAMED: &str = "insert into task_verdict \
    (tenant, task, checker, maker, verdict, hash_seen, given_at_ms) \
    select t.tenant, t.id, t.maker, u.id, 'approve', t.hash, 1 from task t \
    join user_account u on u.name = 'citra'";
/// Every open task is approved.
pub const TASKS_APPROVED: &str = "update task set state = 'approved' where state = 'open'";
/// Every list put forward is approved.
pub const LISTS_APPROVED: &str = "update proposal set state = 'approved' where state = 'proposed'";
/// Every import put forward says that it is smaller.
pub const IMPORTS_SMALLER: &str =
    "update task set content = replace(content, '\"rows\":3', '\"rows\":1') where kind = 'import'";
/// No task is open.
pub const TASKS_CLEARED: &str = "update task set state = 'expired' where state = 'open'";
/// Every role put forward is for somebody else.
pub const ROLES_FOR_ANOTHER: &str = "update task set content = 'user=ani' where kind = 'grant'";
/// Every entry written by hand counts for the day after its own, past the trigger that forbids it.
pub const ENTRIES_A_DAY_LATER: &str = "drop trigger transfer_no_update; \
    update transfer set day = day + 1 where code = 'adjustment'";
/// Everybody of every file was told apart from each other, as an earlier program kept it.
pub const ALL_SET_APART: &str = "insert into person_apart (tenant, person, sheet) \
    select p.tenant, p.id, s.id from person as p join sheet as s on s.tenant = p.tenant";

/// Every month was reserved too long ago, and is held all the same.
pub const MONTHS_LAPSED: &str = "delete from nik_month; \
    update nik_hold set state = 'reserved' where state = 'confirmed'";
/// Another regency pays for every month of Kutai's.
pub const MONTHS_LOST: &str = "update nik_hold set state = 'lost' where tenant = 6402";
/// Nobody knows of any month.
pub const MONTHS_FORGOTTEN: &str = "delete from nik_month; delete from nik_hold";
/// Every month is held and not confirmed yet.
pub const MONTHS_NOT_CONFIRMED: &str = "update nik_month set state = 'reserved'; \
    update nik_hold set state = 'reserved'";
/// Every month was let go and not released yet.
pub const MONTHS_NOT_RELEASED: &str = "update nik_hold set state = 'leaving', turn = 0";

/// Two numbers of the regency of tests, and one of another's, that other servers are not told of.
pub const NUMBERS_LEFT: &str = "insert into nik_claim_wait (tenant, nik_index)
    values (6401, 'satu'), (6401, 'dua'), (6402, 'satu')";
/// With the second of two servers away, the regency of tests tells of two numbers at a time for as
/// long as more can be told; fails when that has no end, or nobody is remembered as away.
pub const NUMBERS_TOLD_BY_TWOS: &str = "set payung.tenant = '6401';
    do $$ declare calls int := 1; begin
        while nik_claim_tell(2) = 2 loop
            calls := calls + 1;
            if calls > 500 then raise exception 'told for ever'; end if;
        end loop;
        if current_setting('payung.nodes_away') <> 'payung_timur' then
            raise exception 'nobody is away';
        end if;
    end $$";
/// Fails unless, on the first of two servers, each number of the regency of tests that lies there
/// is told of and none waits.
pub const OWN_PARTS_ARE_TOLD: &str = "do $$ begin
    if exists (
        select from nik_claim_wait where tenant = 6401 and (
            satisfies_hash_partition('nik_claim'::regclass, 4, 0, nik_index)
            or satisfies_hash_partition('nik_claim'::regclass, 4, 2, nik_index)
        )
    ) then
        raise exception 'waits';
    end if;
    if exists (
        select nik_index from person where tenant = 6401 and (
            satisfies_hash_partition('nik_claim'::regclass, 4, 0, nik_index)
            or satisfies_hash_partition('nik_claim'::regclass, 4, 2, nik_index)
        )
        except (
            select nik_index from nik_claim_0 where tenant = 6401
            union all select nik_index from nik_claim_2 where tenant = 6401
        )
    ) then
        raise exception 'forgotten';
    end if;
end $$";
/// The server writes down every statement and parameter of the owner, and what goes wrong.
pub const OWNER_OVERHEARD: &str = "
    alter role payung_owner set log_statement = 'all';
    alter role payung_owner set log_min_duration_statement = 0;
    alter role payung_owner set log_parameter_max_length = -1;
    alter role payung_owner set log_parameter_max_length_on_error = -1;
    alter role payung_owner set log_error_verbosity = 'verbose';
    alter role payung_owner set log_min_messages = 'info'";
/// A rule of the superuser's stops the statement that has the password of another server in it.
pub const MAPPINGS_REFUSED: &str = "
    create function refuse_mapping() returns event_trigger language plpgsql as
    $$ begin raise exception 'not here'; end $$;
    create event trigger refuse_mapping on ddl_command_start when tag in ('ALTER USER MAPPING')
    execute function refuse_mapping()";
/// Neither of the two before.
pub const OWNER_AS_BEFORE: &str = "drop event trigger refuse_mapping;
    drop function refuse_mapping; alter role payung_owner reset all";
