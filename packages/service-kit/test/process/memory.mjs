/** A service that says how much memory it has in use. Started with `--expose-gc`. */
import { Module } from '@nestjs/common';
import { serviceEnvironment, startService } from '../../dist/index.js';

class MemoryModule {
  name = 'memory';
}
Module({})(MemoryModule);

const answer = (response, body) => {
  response.end(JSON.stringify(body));
};

await startService({
  name: 'memory-example',
  version: '0.0.1',
  description: 'A service that says how much memory it has in use.',
  environment: serviceEnvironment({}),
  module: () => MemoryModule,
  directRoutes: () => [
    {
      method: 'GET',
      route: '/:name/greeting',
      answer: async (_request, response, name) => {
        // As long as a store would take: others come meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 1));
        answer(response, { hello: name });
      },
    },
    {
      method: 'GET',
      route: '/:name/memory',
      // `old` has all objects collected first, and what is left grows old.
      answer: (_request, response, name) => {
        globalThis.gc(name === 'old' ? undefined : { type: 'minor' });
        answer(response, { bytes: process.memoryUsage().heapUsed });
        return Promise.resolve();
      },
    },
  ],
});
