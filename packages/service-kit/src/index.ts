export {
  ConfigError,
  type ConfigIssue,
  type Environment,
  environmentTable,
  loadConfig,
} from './config.js';
export { clearCookie, type OwnCookie, readCookie, setCookie } from './cookies.js';
export { type DirectRoute } from './direct-route.js';
export { type HealthCheck, HealthRegistry, type Readiness } from './health.js';
export { type LogDestination } from './lib/logging/log-destination.js';
export { type ApiDescription, type WebhookDescription } from './lib/openapi/document.js';
export { ListenError } from './lib/service/listen.js';
export { Metrics } from './metrics.js';
export { PerRequest } from './per-request.js';
export { type InvalidField, Problem, ProblemDocument, type ProblemOptions } from './problem.js';
export { Problems } from './problems-decorator.js';
export { currentRequest, type RequestContext, requestContext } from './request-context.js';
export {
  CONFIG,
  type HttpServiceDefinition,
  type ServiceDefinition,
} from './service-definition.js';
export {
  type ServiceConfig,
  type ServiceEnvironment,
  serviceEnvironment,
} from './service-environment.js';
export {
  createService,
  createWorker,
  type RunOptions,
  startService,
  startWorker,
} from './service.js';
export { invalidInput, validateInput } from './validation.js';
export { type Running, type RunningService } from './running.js';
