import { Global, Module } from '@nestjs/common';
import { KeyRing, parseKeys, SecretBox } from '@nomo/security-core/secret-box';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { CodeDigests } from './code-digests.js';

/** What is sealed before it is stored, and what short codes are hashed with. */
@Global()
@Module({
  providers: [
    {
      provide: SecretBox,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new SecretBox(new KeyRing(parseKeys(config.SECRET_BOX_KEYS))),
    },
    {
      provide: CodeDigests,
      inject: [CONFIG],
      useFactory: (config: Config) => new CodeDigests(config.CODE_DIGEST_KEY),
    },
  ],
  exports: [SecretBox, CodeDigests],
})
export class SecretsModule {}
