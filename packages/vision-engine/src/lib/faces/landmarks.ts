import { type Landmark, type LandmarkType } from '../../types.js';
import { type FaceMesh } from './mesh.js';

/**
 * Points of the mesh that make up each landmark (their mean, where there are several).
 *
 * Names and places are those of Amazon Rekognition
 * (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Landmark.html): left and right
 * are the viewer's; the pupil is the centre of the eye; the upper jawline is where it passes the
 * ear at the height of the eyes, its middle a little below the corners of the mouth. Numbers are
 * those of MediaPipe's canonical face model, in which the eye on the left has 33 and 133.
 */
const points: Readonly<Record<LandmarkType, readonly number[]>> = {
  eyeLeft: [33, 133, 159, 145],
  eyeRight: [362, 263, 386, 374],
  mouthLeft: [61],
  mouthRight: [291],
  nose: [4],
  leftEyeBrowLeft: [70],
  leftEyeBrowRight: [107],
  leftEyeBrowUp: [105],
  rightEyeBrowLeft: [336],
  rightEyeBrowRight: [300],
  rightEyeBrowUp: [334],
  leftEyeLeft: [33],
  leftEyeRight: [133],
  leftEyeUp: [159],
  leftEyeDown: [145],
  rightEyeLeft: [362],
  rightEyeRight: [263],
  rightEyeUp: [386],
  rightEyeDown: [374],
  noseLeft: [97, 98],
  noseRight: [326, 327],
  mouthUp: [0],
  mouthDown: [17],
  leftPupil: [33, 133, 159, 145],
  rightPupil: [362, 263, 386, 374],
  upperJawlineLeft: [127],
  midJawlineLeft: [172],
  chinBottom: [152],
  midJawlineRight: [397],
  upperJawlineRight: [356],
};

const types = Object.keys(points) as readonly LandmarkType[];

/**
 * The landmarks of a face as fractions of the image. A point of a face that the image cuts off
 * may lie outside, below 0 or above 1, as in Rekognition.
 */
export function landmarksOf(
  mesh: FaceMesh,
  image: { readonly width: number; readonly height: number },
): Landmark[] {
  return types.map((type) => {
    const { x, y } = mesh.centre(points[type]);
    return { type, x: x / image.width, y: y / image.height };
  });
}
