import { Module } from '@nestjs/common';
import { OAuthPages } from '../../oauth/browser/oauth-pages.js';
import { HostedOAuthPages } from './hosted-oauth-pages.js';

/** The pages that other modules answer browsers with. */
@Module({
  providers: [{ provide: OAuthPages, useClass: HostedOAuthPages }],
  exports: [OAuthPages],
})
export class PagesModule {}
