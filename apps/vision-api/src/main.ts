import 'reflect-metadata';
import { startService } from '@nomo/service-kit';
import { visionApi } from './definition.js';

await startService(visionApi);
