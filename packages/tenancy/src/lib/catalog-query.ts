/**
 * Everything that the check looks at, in one answer. `$1` is the list of runtime roles, as
 * JSON. The catalog can be read by every role, so a service may check itself at its start.
 *
 * What an extension brought along is left out: it holds no tenant's data. Schemas of
 * PostgreSQL's own and temporary ones begin with `pg_`, which no other may.
 */
export const catalogQuery = `
with runtime as materialized (
  select * from pg_roles
  where rolname in (select json_array_elements_text($1::json))
), relation as materialized (
  select pg_class.*, nspname,
    case nspname when 'public' then '' else nspname || '.' end || relname as name
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('r', 'p', 'f', 'v', 'm', 'S')
    and nspname !~ '^pg_' and nspname <> 'information_schema'
    and not exists (
      select from pg_depend
      where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e'
    )
), base as materialized (
  select relation.*, coalesce(root.name, relation.name) as root
  from relation
  left join relation root on root.oid = pg_partition_root(relation.oid)
  where relation.relkind in ('r', 'p', 'f')
)
select json_build_object(
  'roles', (
    select coalesce(json_agg(json_build_object(
      'name', rolname,
      'superuser', rolsuper,
      'bypassesPolicies', rolbypassrls,
      'createsRoles', rolcreaterole,
      'createsDatabases', rolcreatedb,
      'replicates', rolreplication,
      'memberOf', array(
        select granted.rolname from pg_auth_members
        join pg_roles granted on granted.oid = roleid
        where member = runtime.oid order by 1
      ),
      'owns', array(
        select pg_describe_object(classid, objid, objsubid) from pg_shdepend
        where refclassid = 'pg_authid'::regclass and refobjid = runtime.oid and deptype = 'o'
          and dbid in (0, (select oid from pg_database where datname = current_database()))
        order by 1
      ),
      'createsIn', array(
        select 'schema ' || nspname from pg_namespace
        where nspname !~ '^pg_' and has_schema_privilege(runtime.oid, pg_namespace.oid, 'CREATE')
        union all
        select 'database ' || current_database()
        where has_database_privilege(runtime.oid, current_database(), 'CREATE')
        order by 1
      )
    ) order by rolname), '[]') from runtime
  ),
  'tables', (
    select coalesce(json_agg(json_build_object(
      'name', name,
      'root', root,
      'isPartition', relispartition,
      'policiesEnabled', relrowsecurity,
      'policiesForced', relforcerowsecurity,
      'columns', (
        select coalesce(json_object_agg(attname, json_build_object(
          'quoted', quote_ident(attname),
          'type', format_type(atttypid, atttypmod),
          'notNull', attnotnull
        )), '{}')
        from pg_attribute where attrelid = base.oid and attnum > 0 and not attisdropped
      )
    ) order by name), '[]') from base
  ),
  'policies', (
    select coalesce(json_agg(json_build_object(
      'table', base.name,
      'name', polname,
      'permissive', polpermissive,
      'command', polcmd,
      'roles', array(
        select coalesce(rolname, 'PUBLIC') from unnest(polroles) as given (oid)
        left join pg_roles on pg_roles.oid = given.oid order by 1
      ),
      'using', pg_get_expr(polqual, polrelid),
      'check', pg_get_expr(polwithcheck, polrelid)
    ) order by base.name, polname), '[]')
    from pg_policy join base on base.oid = polrelid
  ),
  'keys', (
    select coalesce(json_agg(json_build_object(
      'table', base.name,
      'root', base.root,
      'name', index.relname,
      'primary', indisprimary,
      'firstColumn', attname
    ) order by base.name, index.relname), '[]')
    from pg_index
    join base on base.oid = indrelid
    join pg_class index on index.oid = indexrelid
    left join pg_attribute on attrelid = indrelid and attnum = indkey[0] and attnum > 0
    where (indisunique or indisexclusion) and not index.relispartition
  ),
  'foreignKeys', (
    select coalesce(json_agg(json_build_object(
      'table', source.name,
      'root', source.root,
      'name', conname,
      'target', target.root,
      'columns', array(
        select attname from unnest(conkey) with ordinality as given (number, position)
        join pg_attribute on attrelid = conrelid and attnum = number order by position
      ),
      'targetColumns', array(
        select attname from unnest(confkey) with ordinality as given (number, position)
        join pg_attribute on attrelid = confrelid and attnum = number order by position
      )
    ) order by source.name, conname), '[]')
    from pg_constraint
    join base source on source.oid = conrelid
    join base target on target.oid = confrelid
    where contype = 'f' and conparentid = 0
  ),
  'grants', (
    select coalesce(json_agg(json_build_object(
      'on', name,
      'kind', relkind,
      'column', column_name,
      'role', case grantee when 0 then 'PUBLIC' else pg_get_userbyid(grantee) end,
      'verb', privilege_type,
      'passedOn', is_grantable
    ) order by name, grantee, privilege_type, column_name), '[]')
    from (
      select relation.name, relkind, null as column_name, acl.*
      from relation, aclexplode(relacl) acl
      union all
      select relation.name, relkind, attname, acl.*
      from relation
      join pg_attribute on attrelid = relation.oid and not attisdropped,
      aclexplode(attacl) acl
    ) given
    where grantee = 0 or grantee in (select oid from runtime)
  ),
  'views', (
    select coalesce(json_agg(json_build_object(
      'name', name,
      'asCaller', exists (
        select from pg_options_to_table(reloptions)
        where option_name = 'security_invoker' and option_value::boolean
      )
    ) order by name), '[]') from relation where relkind = 'v'
  ),
  'definers', (
    select coalesce(json_agg(json_build_object(
      'name', case nspname when 'public' then '' else nspname || '.' end
        || proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')',
      'callers', array(
        select rolname from runtime
        where has_function_privilege(runtime.oid, pg_proc.oid, 'EXECUTE') order by 1
      )
    ) order by nspname, proname), '[]')
    from pg_proc
    join pg_namespace on pg_namespace.oid = pronamespace
    where prosecdef and nspname !~ '^pg_' and nspname <> 'information_schema'
      and not exists (
        select from pg_depend
        where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e'
      )
  )
)::text as catalog`;
