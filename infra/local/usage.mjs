/** What each command says about itself. Here, in plain JavaScript, so that `--help` needs nothing installed. */

const environment = `
Environment
  POSTGRES_PORT       where the local PostgreSQL listens (54329)
  REDIS_PORT          where the local Redis listens (63799)
  DATABASE_ADMIN_URL  use this PostgreSQL and start none (a role that may create databases)
  REDIS_URL           use this Redis and start none
  NOMO_STATE_FOLDER   where data, logs and credentials are kept (.local)`;

export const usage = {
  start: `npm start

Installs what is missing, starts PostgreSQL and Redis, builds, migrates, makes the demo
credentials and runs the services in the foreground. Ctrl-C stops what it started; data
stays in .local/, and .local/demo.json holds the credentials.
${environment}
  VISION_PORT         where vision-api listens (3000)
  IDENTITY_PORT       where identity listens (4000)`,

  test: `npm test

Installs what is missing, starts PostgreSQL and Redis, builds, and runs every check:
formatting, lint, dependency rules, types, tests. What failed is said once more at the end;
the last line is "N passed, N failed".
${environment}`,

  stop: `npm stop

Stops a running "npm start" of this checkout and its PostgreSQL and Redis, whoever uses
them. Data stays in .local/.`,

  bench: `npm run bench -- <name> [options]

Runs a benchmark of bench/ with PostgreSQL and Redis up: gate, vision, core,
pipelines, tokens.
${environment}`,

  nomosly: `npm run nomosly -- <command> [options]

Runs nomosly's command line on the local database, starting what it needs.

Commands
  keys create         make an API key; its secret is shown once
  keys list           list the keys of a customer
  keys revoke         revoke a key, at once and for good
  usage dead-letters  list, show, replay or discard usage that could not be written
  audit verify        find out whether the audit trail was tampered with
  audit export        print a chain of it, which an outsider can verify
  audit checkpoint    sign now where its chains stand

"npm run nomosly -- keys --help" tells more of keys; so it is with each.
${environment}`,

  namoid: `npm run namoid -- <command> [options]

Runs NamoID's command line on the local database, starting what it needs.

Commands
  organizations create        make an organization, with a live and a test mode
  organizations list          list all organizations
  resources create            make an API that tokens can be made for
  resources list              list the APIs of an organization
  applications create         make an application (an OAuth client)
  applications list           list the applications of an organization
  applications rotate-secret  give an application a new secret
  users create                make a user
  keys rotate                 sign with the next key from now on
  audit verify                find out whether the audit trail was tampered with
  audit export                print a chain of it, which an outsider can verify
  audit checkpoint            sign now where its chains stand

"npm run namoid -- organizations --help" tells more of organizations; so it is with each.
${environment}
  IDENTITY_PORT       where identity listens (4000), for the issuers that are shown`,
};

export const overview = `node infra/local/bootstrap.mjs <command> [options]

Commands
  start               prepare and run everything
  test                prepare, then check and test everything
  stop                stop PostgreSQL and Redis
  bench <name>        run a benchmark
  nomosly <command>   nomosly's command line
  namoid <command>    NamoID's command line

"<command> --help" tells more.`;
