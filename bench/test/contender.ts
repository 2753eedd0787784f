import { serve } from '../src/frame/serve.ts';

export interface Contender {
  double(value: number): Promise<number>;
  fail(reason: string): Promise<never>;
  die(code: number): Promise<never>;
  pid(argument: null): Promise<number>;
}

/** A contender for the tests of `Child`. */
serve<{ readonly factor: number }, Contender>(({ factor }) => {
  if (factor === 0) return Promise.reject(new Error('cannot work with nothing'));
  return Promise.resolve({
    methods: {
      double: (value) => Promise.resolve(value * factor),
      fail: (reason) => Promise.reject(new Error(reason)),
      die: (code) => {
        console.error('these are my last words');
        process.exit(code);
      },
      pid: () => Promise.resolve(process.pid),
    },
  });
});
