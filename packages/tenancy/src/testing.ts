export { listSystemUses, type FoundSystemUse } from './lib/system-uses.js';
