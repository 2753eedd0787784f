import { Module } from '@nestjs/common';
import { ImageInputReader } from './image-input.js';
import { UploadMemory } from './upload-memory.js';

/** Reading images out of requests; all routes share the memory that there is for it. */
@Module({ providers: [ImageInputReader, UploadMemory], exports: [ImageInputReader] })
export class ImageInputModule {}
