/** The label of each class of `label-coco`, in the order of its scores. */
export const cocoClasses: readonly string[] = [
  ...['Person', 'Bicycle', 'Car', 'Motorcycle', 'Airplane', 'Bus', 'Train', 'Truck', 'Boat'],
  ...['Traffic Light', 'Fire Hydrant', 'Stop Sign', 'Parking Meter', 'Bench', 'Bird', 'Cat'],
  ...['Dog', 'Horse', 'Sheep', 'Cow', 'Elephant', 'Bear', 'Zebra', 'Giraffe', 'Backpack'],
  ...['Umbrella', 'Handbag', 'Tie', 'Suitcase', 'Frisbee', 'Ski', 'Snowboard', 'Ball', 'Kite'],
  ...['Baseball Bat', 'Baseball Glove', 'Skateboard', 'Surfboard', 'Tennis Racket', 'Bottle'],
  ...['Wine Glass', 'Cup', 'Fork', 'Knife', 'Spoon', 'Bowl', 'Banana', 'Apple', 'Sandwich'],
  ...['Orange', 'Broccoli', 'Carrot', 'Hot Dog', 'Pizza', 'Donut', 'Cake', 'Chair', 'Couch'],
  ...['Potted Plant', 'Bed', 'Dining Table', 'Toilet', 'TV', 'Laptop', 'Mouse'],
  ...['Remote Control', 'Keyboard', 'Mobile Phone', 'Microwave', 'Oven', 'Toaster', 'Sink'],
  ...['Refrigerator', 'Book', 'Clock', 'Vase', 'Scissors', 'Teddy Bear', 'Hair Dryer'],
  'Toothbrush',
];

/** The label of each class of `label-openimages`; its class 0 is the background. */
export const openImagesClasses: readonly string[] = [
  ...['', 'Bicycle', 'Boot', 'Laptop', 'Person', 'Chair', 'Cow', 'Desk', 'Cat', 'Mouse'],
  ...['Monitor', 'Box', 'Mug', 'Coffee Cup', 'Stationary Bicycle', 'Table', 'Bottle'],
  ...['High Heel', 'Vehicle', 'Footwear', 'Dog', 'Book', 'Camera', 'Car'],
];
