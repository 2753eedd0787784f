import { Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuditReadingModule } from './audit/audit-reading.module.js';
import { DatabaseModule } from './database/database.module.js';
import { GrantsApiModule } from './grants/grants-api.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { ManagementModule } from './management/management.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { OutboundModule } from './outbound/outbound.module.js';
import { RealmsModule } from './realms/realms.module.js';
import { RedisModule } from './redis/redis.module.js';
import { ResourceServersModule } from './resource-servers/resource-servers.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { SigningKeysApiModule } from './signing-keys/signing-keys-api.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Everything that answers HTTP. */
@Module({
  imports: [
    AuditModule,
    AuditReadingModule,
    DatabaseModule,
    GrantsApiModule,
    LimitsModule,
    ManagementModule,
    OrganizationsModule,
    OutboundModule,
    RealmsModule,
    RedisModule,
    ResourceServersModule,
    SecretsModule,
    OAuthModule,
    SignInModule,
    SigningKeysApiModule,
    WebhooksModule,
  ],
})
export class AppModule {}
