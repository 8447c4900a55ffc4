-- Whoever was given a time as a cursor over several spaces was told that nothing will be committed at
-- or before it in any of them: later commits come after it, whatever the worker's clock says.
alter table space add column floor bigint not null default 0;
