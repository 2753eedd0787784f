import 'reflect-metadata';
import { startWorker } from '@nomo/service-kit';
import { visionWorker } from './definition.js';

await startWorker(visionWorker);
