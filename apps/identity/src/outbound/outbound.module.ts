import { Global, Module } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { OutboundHttp } from './outbound-http.js';

/** Calling addresses that others have given us. */
@Global()
@Module({
  providers: [
    {
      provide: OutboundHttp,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new OutboundHttp({ allowPrivate: config.PRIVATE_NETWORK_CALLS === 'allow' }),
    },
  ],
  exports: [OutboundHttp],
})
export class OutboundModule {}
