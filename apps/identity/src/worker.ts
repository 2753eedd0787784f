import 'reflect-metadata';
import { startWorker } from '@nomo/service-kit';
import { identityWorker } from './definition.js';

await startWorker(identityWorker);
