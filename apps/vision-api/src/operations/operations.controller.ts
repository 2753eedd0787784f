import { Controller, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { requestContext } from '@nomo/service-kit';
import {
  type FaceComparison,
  type FaceDetection,
  type LabelDetection,
  type TextDetections,
  type VisionEngine,
} from '@nomo/vision-engine';
import { type Request } from 'express';
import { VISION_ENGINE } from '../engines/engines.module.js';
import { asProblem } from './engine.problems.js';
import { AnswersImages } from './image-operation.js';
import { ImageInputReader } from './image-input/image-input.js';
import {
  CompareFacesAnswer,
  CompareFacesOptions,
  DetectFacesAnswer,
  DetectFacesOptions,
  DetectLabelsAnswer,
  DetectLabelsOptions,
  DetectTextAnswer,
  DetectTextOptions,
} from './operations.schemas.js';

const detectFaces = { images: ['image'], options: DetectFacesOptions } as const;
const compareFaces = { images: ['source', 'target'], options: CompareFacesOptions } as const;
const detectLabels = { images: ['image'], options: DetectLabelsOptions } as const;
const detectText = { images: ['image'], options: DetectTextOptions } as const;

/** What the engine found, and the name of the request for anybody who asks about it. */
type Answer<Result> = Result & { readonly requestId: string };

/** The four questions about images. */
@ApiTags('operations')
@Controller('v1')
export class OperationsController {
  constructor(
    @Inject(VISION_ENGINE) private readonly engine: VisionEngine,
    private readonly input: ImageInputReader,
  ) {}

  @Post('faces/detect')
  @AnswersImages({
    scope: 'faces:detect',
    summary: 'Find the faces in an image, with landmarks, pose and quality',
    input: detectFaces,
    answer: DetectFacesAnswer,
  })
  async detectFaces(@Req() request: Request): Promise<Answer<FaceDetection>> {
    const { images } = await this.input.read(request, detectFaces);
    const answer = await this.engine
      .detectFaces(images.image, { signal: requestContext(request).signal })
      .catch(asProblem);
    return { ...answer, requestId: requestContext(request).id };
  }

  @Post('faces/compare')
  @AnswersImages({
    scope: 'faces:compare',
    summary: 'Compare the largest face of one image with every face of another',
    input: compareFaces,
    answer: CompareFacesAnswer,
  })
  async compareFaces(@Req() request: Request): Promise<Answer<FaceComparison>> {
    const { images, options } = await this.input.read(request, compareFaces);
    const answer = await this.engine
      .compareFaces(images.source, images.target, {
        ...options,
        signal: requestContext(request).signal,
      })
      .catch(asProblem);
    return { ...answer, requestId: requestContext(request).id };
  }

  @Post('labels/detect')
  @AnswersImages({
    scope: 'labels:detect',
    summary: 'Name what an image shows',
    input: detectLabels,
    answer: DetectLabelsAnswer,
  })
  async detectLabels(@Req() request: Request): Promise<Answer<LabelDetection>> {
    const { images, options } = await this.input.read(request, detectLabels);
    const answer = await this.engine
      .detectLabels(images.image, { ...options, signal: requestContext(request).signal })
      .catch(asProblem);
    return { ...answer, requestId: requestContext(request).id };
  }

  @Post('text/detect')
  @AnswersImages({
    scope: 'text:detect',
    summary: 'Read the text in an image, as lines and words',
    input: detectText,
    answer: DetectTextAnswer,
  })
  async detectText(@Req() request: Request): Promise<Answer<TextDetections>> {
    const { images, options } = await this.input.read(request, detectText);
    const answer = await this.engine
      .detectText(images.image, { ...options, signal: requestContext(request).signal })
      .catch(asProblem);
    return { ...answer, requestId: requestContext(request).id };
  }
}
