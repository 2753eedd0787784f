import { type Label } from '../../types.js';
import { type Raster } from '../image/raster.js';
import { type Models } from '../runtime/models.js';
import { assembleLabels } from './assemble.js';
import { COCO_SIDE, detectCoco } from './coco.js';
import { detectOpenImages } from './open-images.js';

/** The size to decode an image to. Both nets look at a square, whatever the proportions. */
export const LABEL_INPUT = { width: COCO_SIDE, height: COCO_SIDE } as const;

/** Names what an image shows. */
export interface LabelPipeline {
  /** @param image in the size {@link LABEL_INPUT}. */
  detect(
    image: Raster,
    options: { readonly minConfidence: number; readonly maxLabels: number },
  ): Promise<readonly Label[]>;
  /** Runs each net once. */
  warmUp(): Promise<void>;
}

/** Two nets with different vocabularies, one answer. */
export function createLabelPipeline(models: Models): LabelPipeline {
  const coco = models.get('label-coco');
  const openImages = models.get('label-openimages');
  const detect: LabelPipeline['detect'] = async (image, { minConfidence, maxLabels }) => {
    const objects = [
      ...(await detectCoco(coco, image, minConfidence)),
      ...(await detectOpenImages(openImages, image, minConfidence)),
    ];
    return assembleLabels(objects, maxLabels);
  };
  return {
    detect,
    async warmUp() {
      const blank = { ...LABEL_INPUT, data: new Uint8Array(COCO_SIDE * COCO_SIDE * 3) };
      await detect(blank, { minConfidence: 55, maxLabels: 1 });
    },
  };
}
