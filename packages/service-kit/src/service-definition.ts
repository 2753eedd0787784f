import { type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { type Response } from 'express';
import { type z } from 'zod';
import { type DirectRoute } from './direct-route.js';
import { type ApiDescription } from './lib/openapi/document.js';
import { type ServiceEnvironment } from './service-environment.js';

/** Injects the configuration that a service's environment describes. */
export const CONFIG = Symbol('CONFIG');

/** What a process of ours is made of, apart from what all have in common. */
export interface ServiceDefinition<
  Environment extends ServiceEnvironment = ServiceEnvironment,
> {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Made by `serviceEnvironment({ … })`. */
  readonly environment: Environment;
  /** The application's root module. `CONFIG`, `HealthRegistry` and `Metrics` can be injected. */
  readonly module: (config: z.output<Environment>) => Type | DynamicModule;
  /** The forms of the service's own secrets, which no log line may hold. */
  readonly redact?: readonly RegExp[];
}

export interface HttpServiceDefinition<
  Environment extends ServiceEnvironment = ServiceEnvironment,
> extends ServiceDefinition<Environment> {
  /** What the OpenAPI document says beyond the routes. */
  readonly api?: ApiDescription;
  /** The largest JSON body, in bytes; 64 KiB unless it says otherwise. */
  readonly jsonLimitBytes?: number;
  /**
   * The paths whose handlers read the request body by themselves: prefixes, or patterns
   * without the flag `g`.
   */
  readonly unparsedRoutes?: readonly (string | RegExp)[];
  /**
   * Sends the page that people see where there is nothing, with status 404. Whoever does not
   * prefer HTML gets a problem.
   */
  readonly notFoundPage?: (response: Response) => void;
  /** The routes that are answered before Express and Nest are asked. */
  readonly directRoutes?: (app: INestApplicationContext) => readonly DirectRoute[];
}
