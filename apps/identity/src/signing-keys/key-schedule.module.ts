import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { WORKER } from '../audit/origin.js';
import { RealmsService } from '../realms/realms.service.js';
import { repeat, type Repetition } from '../schedule/repeat.js';
import { KeyRotation, RETIRED_FOR_MS } from './key-rotation.js';
import { SigningKeysModule } from './signing-keys.module.js';
import { type DueRealm, DueSigningKeysRepository } from './signing-keys.repository.js';

/** Keys live for days: minutes do not matter. */
const LOOK_EVERY_MS = 60_000;
/** Each makes a key, which takes some tenths of a second of a core. */
const MOST_AT_ONCE = 20;
const DAY_MS = 86_400_000;

/** Rotates signing keys when their time has come, and removes those that have retired. */
@Injectable()
export class KeySchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('SigningKeys');
  private repetition: Repetition | undefined;

  constructor(
    private readonly due: DueSigningKeysRepository,
    private readonly rotation: KeyRotation,
    private readonly realms: RealmsService,
  ) {}

  onApplicationBootstrap(): void {
    this.repetition = repeat(LOOK_EVERY_MS, () => this.run());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.repetition?.stop();
  }

  /** Does what is due now. */
  async run(): Promise<void> {
    try {
      const retiredBefore = new Date(Date.now() - RETIRED_FOR_MS);
      for (const realm of await this.due.find(retiredBefore, MOST_AT_ONCE)) {
        await this.turn(realm, retiredBefore).catch((error: unknown) => {
          this.logger.error(error, `The signing keys of ${realm.slug} could not be rotated`);
        });
      }
    } catch (error) {
      this.logger.error(error, 'Signing keys that are due could not be looked for');
    }
  }

  private async turn(due: DueRealm, retiredBefore: Date): Promise<void> {
    await this.rotation.removeRetired(due, retiredBefore, WORKER);
    const realm = await this.realms.find(due.slug);
    if (realm === undefined) return;
    const activeSince = new Date(Date.now() - realm.settings.signingKeyDays * DAY_MS);
    await this.rotation.rotateIfOlder(realm, activeSince, WORKER);
  }
}

@Module({
  imports: [SigningKeysModule],
  providers: [KeySchedule, DueSigningKeysRepository],
})
export class KeyScheduleModule {}
