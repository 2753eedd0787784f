import { NoFace } from '../../errors.js';
import { type Face, type FaceComparison, type FaceMatch } from '../../types.js';
import { aboutImage } from '../compared-image.js';
import { type Raster } from '../image/raster.js';
import { type Models } from '../runtime/models.js';
import { CHIP_SIDE, embedFace } from './embedding.js';
import { type FaceFinders, findFaces } from './find-faces.js';
import { fitMesh } from './mesh.js';
import { descriptorDistance, similarityOf } from './similarity.js';

/** The two questions about faces. One at a time: it runs inside a worker. */
export interface FacePipeline {
  /** The faces of an image, largest first, 100 at most. */
  detect(image: Raster): Promise<Face[]>;

  /**
   * Compares the largest face of `source` with every face of `target`.
   *
   * @param similarityThreshold 0..100: at or above it a face is a match.
   * @throws NoFace when `source` shows no face.
   */
  compare(source: Raster, target: Raster, similarityThreshold: number): Promise<FaceComparison>;

  /** Runs each net once, faces in the image or not. */
  warmUp(image: Raster): Promise<void>;
}

export function createFacePipeline(models: Models): FacePipeline {
  const finders: FaceFinders = {
    ssd: models.get('face-ssd'),
    blaze: models.get('face-blaze'),
    mesh: models.get('face-mesh'),
  };
  const embedding = models.get('face-embedding');

  return {
    async detect(image) {
      const found = await findFaces(image, finders);
      return found.map(({ face }) => face);
    },

    async compare(source, target, similarityThreshold) {
      const [largest] = await findFaces(source, finders);
      if (largest === undefined) {
        throw aboutImage(new NoFace('The source image shows no face.'), 'source');
      }
      const wanted = await embedFace(source, largest.mesh, embedding);

      const matches: FaceMatch[] = [];
      const unmatched: Face[] = [];
      for (const { face, mesh } of await findFaces(target, finders)) {
        const descriptor = await embedFace(target, mesh, embedding);
        const similarity = similarityOf(descriptorDistance(wanted, descriptor));
        if (similarity >= similarityThreshold) matches.push({ similarity, face });
        else unmatched.push(face);
      }
      matches.sort((a, b) => b.similarity - a.similarity);
      return { source: largest.face, matches, unmatched };
    },

    async warmUp(image) {
      await findFaces(image, finders);
      const box = { x: 0, y: 0, width: image.width, height: image.height };
      await fitMesh(image, box, 0, finders.mesh);
      const blank = new Uint8Array(CHIP_SIDE * CHIP_SIDE * 3);
      await embedding.run(blank, [1, CHIP_SIDE, CHIP_SIDE, 3]);
    },
  };
}
