import { applyDecorators, Controller, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { RealmGuard } from '../realms/realm.guard.js';
import { PagesFilter } from './pages.filter.js';

/** Makes a controller one of pages of an organization, whose failures are pages too. */
export function HostedPage(path: string): ClassDecorator {
  return applyDecorators(
    Controller(`:org/${path}`),
    UseGuards(RealmGuard),
    UseFilters(PagesFilter),
    ApiExcludeController(),
  );
}
