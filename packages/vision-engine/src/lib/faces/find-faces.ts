import { type Box, toBoundingBox } from '../geometry/box.js';
import { type Face } from '../../types.js';
import { detectWithBlaze } from './blaze.js';
import { isFace, jointScore, mergeCandidates } from './candidates.js';
import { landmarksOf } from './landmarks.js';
import { type FaceMesh, fitMesh } from './mesh.js';
import { type Net } from './net.js';
import { poseOf } from './pose.js';
import { qualityOf } from './quality.js';
import { detectWithSsd } from './ssd.js';
import { type Raster } from '../image/raster.js';
import { viewsOf } from './views.js';

/** Most faces of one image that are looked at, the surest ones: it bounds the work. */
export const MAX_FACES = 100;

/** The nets that find faces. */
export interface FaceFinders {
  readonly ssd: Net;
  readonly blaze: Net;
  readonly mesh: Net;
}

/** A face with what it takes to compare it. */
export interface FoundFace {
  readonly face: Face;
  readonly mesh: FaceMesh;
}

/** The faces of an image, largest first. */
export async function findFaces(image: Raster, nets: FaceFinders): Promise<FoundFace[]> {
  const views = await viewsOf(image);
  const ssd = await detectWithSsd(views, nets.ssd, MAX_FACES);
  const blaze = await detectWithBlaze(views, nets.blaze, MAX_FACES);
  const candidates = mergeCandidates(ssd, blaze)
    .sort((a, b) => jointScore(b) - jointScore(a))
    .slice(0, MAX_FACES);
  const found: (FoundFace & { readonly area: number })[] = [];
  for (const candidate of candidates) {
    const { box } = candidate;
    const mesh = await fitMesh(image, box, candidate.roll, nets.mesh);
    if (!isFace(candidate, mesh.score)) continue;
    const face = describe(image, box, jointScore(candidate), mesh);
    found.push({ face, mesh, area: box.width * box.height });
  }
  return found.sort((a, b) => b.area - a.area).map(({ face, mesh }) => ({ face, mesh }));
}

function describe(image: Raster, box: Box, score: number, mesh: FaceMesh): Face {
  return {
    boundingBox: toBoundingBox(box, image),
    confidence: score * 100,
    landmarks: landmarksOf(mesh, image),
    pose: poseOf(mesh),
    quality: qualityOf(mesh.square, box.width / box.height),
  };
}
