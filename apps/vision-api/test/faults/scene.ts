import { setTimeout as sleep } from 'node:timers/promises';
import { type TestKey } from '../support/stack.js';
import { Load } from './load.js';
import { type Draw, type Kind } from './questions.js';
import { type Stage } from './stage.js';

/** What may go another way than without a fault, and why, is said where it is set. */
export interface Allowance {
  /** Whether a key that is good may be answered 503. */
  readonly unavailable?: boolean;
  /**
   * By how many requests the counter may stand above what was recorded, or below: those that
   * were under way when another counter took over.
   */
  readonly miscounted?: number;
  /** Requests answered 503 that may be recorded all the same. */
  readonly recordedThough503?: number;
}

/** A fault, and what it may cost. */
export interface Scenario {
  readonly name: string;
  readonly allows?: Allowance;
  /** What the requests are, in turn; the cheapest ones with a few images unless given. */
  readonly kinds?: readonly Kind[];
  /** Keys that have only so many requests of today left. */
  readonly limited?: readonly number[];
  play(scene: Scene): Promise<void>;
}

/** At once: enough for requests to share round trips, and few enough for two cores. */
const CLIENTS = 8;

/** Most requests cost little, so that there are many of them; some go all the way. */
const MOSTLY_CHEAP: readonly Kind[] = [
  ...Array.from({ length: 20 }, (): Kind => 'no-image'),
  'broken-image',
  ...Array.from({ length: 20 }, (): Kind => 'no-image'),
  'image',
];

const REVOKE_AGAIN_MS = 100;
const LOOK_EVERY_MS = 20;

/** One fault in the middle of load. */
export class Scene {
  readonly load: Load;
  /** Usage that Redis took with it when it lost everything, by event id and key id. */
  readonly lost = new Map<string, string>();
  /** Since when the key that is revoked in the middle has to be refused. */
  revokedAt = Number.POSITIVE_INFINITY;
  /** Requests that PostgreSQL decided on, as a process took Redis to be away. */
  decidedOnPostgres = 0;
  /** From the end of the fault until everything serves again, in milliseconds. */
  recovery: Promise<number> | undefined;
  /** What was found in the middle of it, in words, that is not as it has to be. */
  readonly wrong: string[] = [];
  /** Further figures that a fault has. */
  readonly remarks: string[] = [];

  private constructor(
    readonly stage: Stage,
    readonly scenario: Scenario,
    /** Good ones, with all the quota they need. */
    readonly ordinary: readonly TestKey[],
    /** With little of it left. */
    readonly limited: readonly { readonly key: TestKey; readonly left: number }[],
    /** Revoked before the load. */
    readonly revokedBefore: TestKey,
    /** Revoked in the middle of the fault. */
    readonly revokedWithin: TestKey,
  ) {
    const kinds = scenario.kinds ?? MOSTLY_CHEAP;
    const urls = stage.apis.map(({ url }) => url);
    this.load = new Load(urls, CLIENTS, (turn) => ({
      key: this.keyOf(turn),
      kind: kinds[turn % kinds.length] ?? 'no-image',
    }));
  }

  get keys(): readonly TestKey[] {
    return [
      ...this.ordinary,
      ...this.limited.map(({ key }) => key),
      this.revokedBefore,
      this.revokedWithin,
    ];
  }

  /** Makes the keys, and lets every process see each of them. */
  static async set(stage: Stage, scenario: Scenario): Promise<Scene> {
    const limited = [];
    for (const left of scenario.limited ?? []) {
      limited.push({ key: await stage.createKeyWithLeft(left), left });
    }
    const scene = new Scene(
      stage,
      scenario,
      [await stage.createKey(), await stage.createKey()],
      limited,
      await stage.createKey(),
      await stage.createKey(),
    );
    await scene.askEachOnce();
    await stage.revoke(scene.revokedBefore);
    return scene;
  }

  /** One request with every key to every process. */
  async askEachOnce(kind: Kind = 'no-image'): Promise<void> {
    for (const { url } of this.stage.apis) {
      for (const key of this.keys) await this.load.once(url, { key, kind });
    }
  }

  /** Revokes the key that is to be revoked, again and again until that succeeds. */
  async revoke(): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await this.stage.revoke(this.revokedWithin);
        this.revokedAt = performance.now();
        if (attempts > 1) this.remarks.push(`${attempts - 1} revocations were told to fail`);
        return;
      } catch {
        await sleep(REVOKE_AGAIN_MS);
      }
    }
  }

  /** From here on everything that is needed is there again. */
  restored(): void {
    this.recovery = this.recover();
  }

  private async recover(): Promise<number> {
    const since = performance.now();
    await Promise.all(
      this.stage.apis.map(async (api) => {
        while (!(await api.isReady()) || !(await this.isServed(api.url))) {
          await sleep(LOOK_EVERY_MS);
        }
      }),
    );
    return Math.round(performance.now() - since);
  }

  /** Sends one request. @returns whether it was answered as ever */
  private async isServed(url: string): Promise<boolean> {
    const draw: Draw = { key: this.anOrdinaryKey(), kind: 'no-image' };
    return (await this.load.once(url, draw)).status === 415;
  }

  private keyOf(turn: number): TestKey {
    if (turn % 16 === 7) return this.revokedBefore;
    if (turn % 8 === 3) return this.revokedWithin;
    const { limited } = this;
    const scarce = limited[(turn >> 1) % Math.max(1, limited.length)];
    if (scarce !== undefined && turn % 2 === 0) return scarce.key;
    return this.ordinary[(turn >> 1) % this.ordinary.length] ?? this.anOrdinaryKey();
  }

  private anOrdinaryKey(): TestKey {
    const [key] = this.ordinary;
    if (key === undefined) throw new Error('there is no key');
    return key;
  }
}
