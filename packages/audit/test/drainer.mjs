// A process of its own that drains a tenant, as a worker does: to race with, and to kill.
import { SystemDatabase } from '@nomo/tenancy';

import { AuditDrain } from '../dist/index.js';
import { openPrisma } from './prisma-client.mjs';

const [url = '', tenantId = '', pageSize = '1000'] = process.argv.slice(2);

const client = openPrisma(url);
const drain = new AuditDrain(new SystemDatabase(client), {
  pageSize: Number(pageSize),
  onDrained: (_, { chained }) => process.stdout.write(`${chained}\n`),
});
process.stdout.write('ready\n');
await drain.drain(tenantId);
await client.$disconnect();
