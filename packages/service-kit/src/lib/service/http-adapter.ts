import { ExpressAdapter } from '@nestjs/platform-express';
import { type Express } from 'express';
import { type Server } from 'node:http';

/** Nest's adapter around a server that is made elsewhere, since Nest's own knows no limits. */
export class HttpAdapter extends ExpressAdapter {
  constructor(
    express: Express,
    private readonly server: Server,
  ) {
    super(express);
  }

  override initHttpServer(): void {
    this.setHttpServer(this.server);
  }
}
