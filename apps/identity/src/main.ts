import './threads.js';
import 'reflect-metadata';
import { startService } from '@nomo/service-kit';
import { identityApi } from './definition.js';

await startService(identityApi);
