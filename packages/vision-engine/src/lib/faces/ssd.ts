import { boxOfCorners, type ScoredBox, suppressOverlaps } from '../geometry/box.js';
import { type Net } from './net.js';
import { type FaceViews, SSD_SIDE } from './views.js';

/** What the detector was tuned for; below it are mostly hands and flowers. */
const MIN_SCORE = 0.3;
/** As in face-api, which trained and published the detector. */
const MAX_OVERLAP = 0.5;

/** Faces that SSD-MobileNetV1 sees, down to about 20 pixels in a picture of 1280. */
export async function detectWithSsd(
  views: FaceViews,
  session: Net,
  limit: number,
): Promise<ScoredBox[]> {
  const outputs = await session.run(views.ssd.data, [1, SSD_SIDE, SSD_SIDE, 3]);
  const { data: boxes } = outputs.get('boxes');
  const { data: scores } = outputs.get('scores');
  const found: ScoredBox[] = [];
  const toPixels = SSD_SIDE / views.ssd.scale;
  for (let i = 0; i < scores.length; i += 1) {
    const score = scores[i] ?? 0;
    if (score < MIN_SCORE) continue;
    const box = boxOfCorners(
      (boxes[i * 4 + 1] ?? 0) * toPixels,
      (boxes[i * 4] ?? 0) * toPixels,
      (boxes[i * 4 + 3] ?? 0) * toPixels,
      (boxes[i * 4 + 2] ?? 0) * toPixels,
      views.image,
    );
    found.push({ ...box, score });
  }
  return suppressOverlaps(found, MAX_OVERLAP, limit);
}
