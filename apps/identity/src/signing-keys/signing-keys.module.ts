import { Module } from '@nestjs/common';
import { SecurityEventsModule } from '../security-events/security-events.module.js';
import { KeyRotation } from './key-rotation.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { SigningKeysService } from './signing-keys.service.js';

/** Signing, and the keys that it is done with. */
@Module({
  imports: [SecurityEventsModule],
  providers: [SigningKeysRepository, SigningKeysService, KeyRotation],
  exports: [SigningKeysRepository, SigningKeysService, KeyRotation],
})
export class SigningKeysModule {}
