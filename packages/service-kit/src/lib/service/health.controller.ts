import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthRegistry } from '../../health.js';
import { Problem } from '../../problem.js';

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthRegistry) {}

  /** The process runs and its event loop turns. */
  @Get('live')
  live(): { status: string } {
    return { status: 'live' };
  }

  /** The process can be sent requests. */
  @Get('ready')
  async ready(): Promise<{ status: string }> {
    const { ready, notReady } = await this.health.readiness();
    if (ready) return { status: 'ready' };
    throw new Problem({
      status: 503,
      code: 'not_ready',
      detail: `Not ready: ${notReady.join(', ')}.`,
      extensions: { notReady },
    });
  }
}
