-- Why: what the log has said stays said: its tree and its signed checkpoints are never changed.

create trigger audit_node_no_update before update on audit_node
begin
    select raise(abort, 'audit_node_immutable');
end;

create trigger audit_node_no_delete before delete on audit_node
begin
    select raise(abort, 'audit_node_immutable');
end;

create trigger audit_checkpoint_no_update before update on audit_checkpoint
begin
    select raise(abort, 'audit_checkpoint_immutable');
end;

create trigger audit_checkpoint_no_delete before delete on audit_checkpoint
begin
    select raise(abort, 'audit_checkpoint_immutable');
end;

create trigger audit_cosignature_no_update before update on audit_cosignature
begin
    select raise(abort, 'audit_cosignature_immutable');
end;

create trigger audit_cosignature_no_delete before delete on audit_cosignature
begin
    select raise(abort, 'audit_cosignature_immutable');
end;
