import { type Scenario, type Scene } from '../scene.js';

/** Answers before and after the revocation. */
const SOME = 60;

export const clientScenarios: readonly Scenario[] = [
  {
    name: 'clients go away in the middle of the upload and of the answer',
    kinds: ['no-image', 'cut-upload', 'broken-image', 'cut-answer', 'no-image', 'cut-waiting'],
    async play(scene: Scene): Promise<void> {
      await scene.load.more(SOME);
      await scene.revoke();
      await scene.load.more(SOME);
      scene.restored();
    },
  },
];
