import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OperationsController } from '../operations/operations.controller.js';
import { UsesPlaygroundKey } from './playground-key.guard.js';

/**
 * The questions about images, for the pages of the console: the same routes with the same gate,
 * limits, quota and usage.
 */
@ApiExcludeController()
@Controller('dashboard/api/playground')
@UsesPlaygroundKey()
export class PlaygroundController extends OperationsController {}
