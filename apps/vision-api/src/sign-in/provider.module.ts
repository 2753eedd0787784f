import { Module } from '@nestjs/common';
import { ProviderKeys } from './provider-keys.js';
import { ProviderMetadata } from './provider-metadata.js';
import { Provider } from './provider.js';

/** What is known of the provider. */
@Module({
  providers: [ProviderMetadata, ProviderKeys, Provider],
  exports: [ProviderMetadata, ProviderKeys, Provider],
})
export class ProviderModule {}
