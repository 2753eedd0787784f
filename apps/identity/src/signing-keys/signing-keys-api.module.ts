import { Module } from '@nestjs/common';
import { SigningKeysController } from './signing-keys.controller.js';
import { SigningKeysModule } from './signing-keys.module.js';

/** Signing keys, as they are administered. */
@Module({ imports: [SigningKeysModule], controllers: [SigningKeysController] })
export class SigningKeysApiModule {}
