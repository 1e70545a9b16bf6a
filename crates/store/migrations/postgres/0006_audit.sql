-- Why: what the log has said stays said: its tree and its signed checkpoints are never changed.

create trigger audit_node_no_change before update or delete on audit_node
for each statement execute function refuse_change('audit_node_immutable');

create trigger audit_checkpoint_no_change before update or delete on audit_checkpoint
for each statement execute function refuse_change('audit_checkpoint_immutable');

create trigger audit_cosignature_no_change before update or delete on audit_cosignature
for each statement execute function refuse_change('audit_cosignature_immutable');
