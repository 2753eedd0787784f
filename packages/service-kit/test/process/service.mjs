/**
 * A service as its own process. Plain JavaScript on the built package, since it runs without a
 * test runner in front of it: decorators are applied by hand.
 */
import { Controller, Get, Module, Query } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { serviceEnvironment, startService, startWorker } from '../../dist/index.js';

class ProcessController {
  async wait(ms) {
    process.stderr.write('wait began\n');
    await delay(Number(ms));
    return { waited: true };
  }

  crash() {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return {};
  }
}
Controller()(ProcessController);
route('wait');
route('crash');
Query('ms')(ProcessController.prototype, 'wait', 0);

function route(name) {
  const descriptor = Object.getOwnPropertyDescriptor(ProcessController.prototype, name);
  Get(name)(ProcessController.prototype, name, descriptor);
}

class ProcessModule {
  async onApplicationShutdown() {
    process.stderr.write('shutdown hook\n');
  }
}
Module({ controllers: [ProcessController] })(ProcessModule);

const definition = {
  name: 'process-example',
  version: '0.0.1',
  description: 'A service as a process.',
  environment: serviceEnvironment({
    TOKEN: z.string().min(20).optional().describe('A secret.'),
  }),
  module: () => {
    if (process.env['FAIL_WITH'] !== undefined) throw new Error(process.env['FAIL_WITH']);
    return ProcessModule;
  },
};
await (process.env['ROLE'] === 'worker' ? startWorker : startService)(definition);
