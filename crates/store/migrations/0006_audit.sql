-- Why: an auditor proves that nothing was changed behind anybody's back: the tree over the audit
-- lines, the digest of every kept table, the checkpoints that were signed and who witnessed them.
-- Step: expand.

-- Complete subtrees above the leaves; `state` and `leaf` of a line are its own.
create table audit_node (
    tenant integer not null,
    level integer not null,
    position integer not null,
    hash blob not null,
    constraint audit_node_pk primary key (tenant, level, position)
) strict, without rowid;

-- The words of a reason may be erased: its line keeps what binds it.
create table audit_reason (
    tenant integer not null,
    line blob not null,
    words text not null,
    constraint audit_reason_pk primary key (tenant, line)
) strict, without rowid;

create table audit_checkpoint (
    tenant integer not null,
    size integer not null,
    made_at_ms integer not null,
    note text not null,
    constraint audit_checkpoint_pk primary key (tenant, size)
) strict, without rowid;

create table audit_cosignature (
    tenant integer not null,
    size integer not null,
    witness text not null,
    signature text not null,
    constraint audit_cosignature_pk primary key (tenant, size, witness),
    constraint audit_cosignature_size_fk foreign key (tenant, size) references audit_checkpoint (tenant, size)
) strict, without rowid;

-- The newest migration whose schema the digests were taken of.
create table audit_schema (
    tenant integer not null,
    migration integer not null,
    constraint audit_schema_pk primary key (tenant)
) strict, without rowid;

create table state_digest (
    tenant integer not null,
    table_name text not null,
    digest blob not null,
    constraint state_digest_pk primary key (tenant, table_name)
) strict, without rowid;
