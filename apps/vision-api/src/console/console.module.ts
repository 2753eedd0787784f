import { Module } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import path from 'node:path';
import { type Config } from '../config.js';
import { ProviderModule } from '../sign-in/provider.module.js';
import { ConsoleFiles } from './console-files.js';
import { ConsoleController } from './console.controller.js';

/** Where the build of the console leaves its pages: beside this program. */
const BUILT = path.resolve(import.meta.dirname, '../../console/dist');

/** The pages of the console. */
@Module({
  imports: [ProviderModule],
  controllers: [ConsoleController],
  providers: [
    {
      provide: ConsoleFiles,
      inject: [CONFIG],
      useFactory: (config: Config) => ConsoleFiles.read(config.CONSOLE_FOLDER ?? BUILT),
    },
  ],
})
export class ConsoleModule {}
