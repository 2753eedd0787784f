import {
  BadRequestException,
  Body,
  Controller,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
  Param,
  Post,
  Query,
  Req,
  Res,
  SerializeOptions,
} from '@nestjs/common';
import { ApiCreatedResponse } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import {
  CONFIG,
  createService,
  currentRequest,
  type HttpServiceDefinition,
  Problem,
  Problems,
  requestContext,
  type RunningService,
  serviceEnvironment,
  validateInput,
} from '../src/index.js';

const environment = serviceEnvironment({
  GREETING: z.string().default('hello').describe('What the example says.'),
});
type ExampleConfig = z.output<typeof environment>;

const NewItem = z
  .strictObject({ name: z.string().min(1).max(20), tags: z.array(z.string()).optional() })
  .meta({ id: 'NewItem' });
const Item = z.object({ name: z.string() }).meta({ id: 'Item' });
const Page = z.object({ limit: z.coerce.number().int().max(10).default(5) });

/** What the tests want to know of a running example. */
@Injectable()
export class Journal implements OnApplicationShutdown {
  readonly events: string[] = [];

  onApplicationShutdown(): void {
    this.events.push('shutdown hook');
  }
}

@Controller()
class ExampleController {
  private readonly logger = new Logger('Example');

  constructor(
    @Inject(CONFIG) private readonly config: ExampleConfig,
    private readonly journal: Journal,
  ) {}

  @Get('greeting')
  greeting(): { greeting: string } {
    return { greeting: this.config.GREETING };
  }

  @Post('items')
  @SerializeOptions({ schema: Item })
  @ApiCreatedResponse({ standardSchema: Item })
  create(@Body({ schema: NewItem }) item: z.infer<typeof NewItem>): object {
    return { ...item, internal: 'not for clients' };
  }

  @Get('items')
  list(@Query({ schema: Page }) page: z.infer<typeof Page>): object {
    return page;
  }

  @Get('items/:id')
  read(@Param('id') id: string): object {
    return { id };
  }

  @Get('pages/:id')
  page(@Param('id') id: string, @Query('text') text: unknown, @Res() response: Response): void {
    response.json({ id, text });
  }

  @Post('invalid-answer')
  @SerializeOptions({ schema: Item })
  invalidAnswer(): object {
    return { wrong: 'shape' };
  }

  @Post(['uploads', 'tenants/:name/uploads'])
  async upload(@Req() request: Request): Promise<object> {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    return { bytes };
  }

  @Get('context')
  async context(@Req() request: Request): Promise<object> {
    await delay(1);
    const { id, clientAddress } = requestContext(request);
    this.logger.log('in a handler');
    return { id, clientAddress, inAsyncContext: currentRequest()?.id === id };
  }

  @Get('validate')
  async validate(): Promise<object> {
    return validateInput(NewItem, { name: 7 });
  }

  @Get('problem')
  @Problems({ 400: ['invalid_request'], 429: ['rate_limited', 'quota_exceeded'] })
  problem(): never {
    throw new Problem({
      status: 429,
      code: 'quota_exceeded',
      detail: 'The daily quota is used up.',
      extensions: { limit: 5, status: 200, requestId: 'forged' },
      headers: { 'retry-after': '7' },
      cause: new Error('counter k:42 at 6'),
    });
  }

  @Get('forbidden')
  forbidden(): never {
    throw new ForbiddenException('You may not.');
  }

  @Get('wrapped')
  wrapped(): never {
    throw new BadRequestException('parser said: hunter2', { cause: new Error('inner') });
  }

  @Get('failure')
  failure(@Query('secret') secret: string): never {
    throw new Error(`could not reach db-7.internal with ${secret}`, {
      cause: new Error(`caused by ${secret}`),
    });
  }

  @Get('thrown-object')
  thrownObject(): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what libraries do
    throw { password: 'thrown-object-secret' };
  }

  @Get('half')
  half(@Res() response: Response): never {
    response.write('half');
    throw new Error('broken off');
  }

  @Get('never')
  async never(@Req() request: Request): Promise<object> {
    this.journal.events.push('never began');
    await once(requestContext(request).signal, 'abort');
    this.journal.events.push('never aborted');
    throw new Error('too late to matter');
  }

  @Get('trickle')
  trickle(@Res() response: Response): void {
    response.write('first');
  }

  @Get(':name/direct')
  indirect(@Param('name') name: string): object {
    return { by: 'a controller', name };
  }

  @Get('wait')
  async wait(@Query('ms') ms: string): Promise<object> {
    this.journal.events.push('wait began');
    await delay(Number(ms));
    this.journal.events.push('wait finished');
    return { waited: true };
  }
}

@Module({ controllers: [ExampleController], providers: [Journal], exports: [Journal] })
class ExampleModule {}

export const example = {
  name: 'example',
  version: '1.2.3',
  description: 'A service to test the kit with.',
  environment,
  module: () => ExampleModule,
  notFoundPage: (response) => void response.status(404).type('html').end('<h1>Nothing</h1>'),
  unparsedRoutes: ['/uploads', /^\/tenants\/[^/]+\/uploads$/],
  directRoutes: (app) => [
    {
      method: 'GET',
      route: '/:name/direct',
      answer: async (request, response, name) => {
        const journal = app.get(Journal, { strict: false });
        await delay(1);
        if (name === 'fails') throw new Error('could not reach db-7.internal');
        if (name === 'refused') throw new Problem({ status: 409, detail: 'Not like this.' });
        if (name === 'waits') {
          journal.events.push('direct began');
          await once(requestContext(request).signal, 'abort');
          journal.events.push('direct aborted');
        }
        const inAsyncContext = currentRequest()?.id === requestContext(request).id;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ by: 'itself', name, inAsyncContext }));
      },
    },
  ],
  redact: [/\bexk_[\w.-]+/],
  api: {
    problems: { rate_limited: 'Too fast.', quota_exceeded: 'The daily quota is used up.' },
    security: { apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
    webhooks: {
      itemSold: {
        tag: 'items',
        summary: 'An item was sold',
        description: 'Sent once.',
        headers: { 'x-signature': 'Who sends it.' },
        body: z.object({ id: z.int() }),
        responses: { '2XX': 'Taken.', default: 'Not taken.' },
      },
    },
  },
} satisfies HttpServiceDefinition<typeof environment>;

export interface Example extends RunningService {
  readonly journal: Journal;
  /** Everything that was logged. */
  log(): string;
  /** The log as records. */
  records(): Record<string, unknown>[];
}

/** Starts the example on a free port, with its log kept in memory. */
export async function startExample(variables: Record<string, string> = {}): Promise<Example> {
  let text = '';
  const service = await createService(example, {
    environment: { PORT: '0', LOG_LEVEL: 'trace', ...variables },
    logDestination: {
      write: (line) => {
        text += line;
      },
    },
  });
  return {
    ...service,
    journal: service.app.get(Journal),
    log: () => text,
    records: () =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
