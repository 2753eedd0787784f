/**
 * The vocabulary of labels: what each thing is a kind of, which categories it counts to, and what
 * else it is called. Names, parents and categories follow those of Amazon Rekognition where it has
 * the label.
 */
export interface TaxonomyEntry {
  /** The next broader labels; theirs follow from their own entries. */
  readonly parents?: readonly string[];
  readonly category: string;
  readonly aliases?: readonly string[];
}

const ANIMALS = 'Animals and Pets';
const APPAREL = 'Apparel and Accessories';
const HOME = 'Home and Indoors';
const BEAUTY = 'Beauty and Personal Care';
const FOOD = 'Food and Beverage';
const FURNITURE = 'Furniture and Furnishings';
const KITCHEN = 'Kitchen and Dining';
const EVERYDAY = 'Everyday Objects';
const SPORTS = 'Sports';
const STREET = 'Buildings and Architecture';
const TECHNOLOGY = 'Technology and Computing';
const TRAVEL = 'Travel and Adventure';
const VEHICLES = 'Vehicles and Automotive';

export const taxonomy: Readonly<Record<string, TaxonomyEntry>> = {
  Person: { category: 'Person Description', aliases: ['Human'] },

  // Vehicles
  Transportation: { category: VEHICLES },
  Vehicle: { parents: ['Transportation'], category: VEHICLES },
  Car: { parents: ['Vehicle'], category: VEHICLES, aliases: ['Automobile'] },
  Truck: { parents: ['Vehicle'], category: VEHICLES },
  Bus: { parents: ['Vehicle'], category: VEHICLES },
  Bicycle: { parents: ['Vehicle'], category: VEHICLES, aliases: ['Bike'] },
  Motorcycle: { parents: ['Vehicle'], category: VEHICLES, aliases: ['Motorbike'] },
  Train: { parents: ['Vehicle'], category: VEHICLES },
  Boat: { parents: ['Vehicle'], category: VEHICLES },
  Aircraft: { parents: ['Vehicle'], category: VEHICLES },
  Airplane: { parents: ['Aircraft'], category: VEHICLES, aliases: ['Plane', 'Aeroplane'] },

  // The street
  Symbol: { category: 'Symbols and Flags' },
  Sign: { parents: ['Symbol'], category: 'Symbols and Flags' },
  'Road Sign': { parents: ['Sign'], category: 'Symbols and Flags' },
  'Stop Sign': { parents: ['Road Sign'], category: 'Symbols and Flags' },
  'Traffic Light': { parents: ['Light'], category: 'Transport and Logistics' },
  Light: { category: EVERYDAY },
  Hydrant: { category: STREET },
  'Fire Hydrant': { parents: ['Hydrant'], category: STREET },
  'Parking Meter': { category: 'Transport and Logistics' },

  // Animals
  Animal: { category: ANIMALS },
  Bird: { parents: ['Animal'], category: ANIMALS },
  Mammal: { parents: ['Animal'], category: ANIMALS },
  Pet: { parents: ['Animal'], category: ANIMALS },
  Livestock: { parents: ['Animal'], category: ANIMALS },
  Wildlife: { parents: ['Animal'], category: ANIMALS },
  Canine: { parents: ['Mammal'], category: ANIMALS },
  Dog: { parents: ['Canine', 'Pet'], category: ANIMALS },
  Cat: { parents: ['Mammal', 'Pet'], category: ANIMALS },
  Horse: { parents: ['Mammal'], category: ANIMALS },
  Sheep: { parents: ['Livestock', 'Mammal'], category: ANIMALS },
  Cow: { parents: ['Livestock', 'Mammal'], category: ANIMALS, aliases: ['Cattle'] },
  Elephant: { parents: ['Mammal', 'Wildlife'], category: ANIMALS },
  Bear: { parents: ['Mammal', 'Wildlife'], category: ANIMALS },
  Zebra: { parents: ['Mammal', 'Wildlife'], category: ANIMALS },
  Giraffe: { parents: ['Mammal', 'Wildlife'], category: ANIMALS },

  // What people wear and carry
  Clothing: { category: APPAREL, aliases: ['Apparel'] },
  Footwear: { parents: ['Clothing'], category: APPAREL },
  Shoe: { parents: ['Footwear'], category: APPAREL },
  Boot: { parents: ['Footwear'], category: APPAREL },
  'High Heel': { parents: ['Shoe'], category: APPAREL, aliases: ['High Heels'] },
  Accessories: { category: APPAREL },
  'Formal Wear': { parents: ['Clothing'], category: APPAREL },
  Tie: { parents: ['Accessories', 'Formal Wear'], category: APPAREL, aliases: ['Necktie'] },
  Bag: { category: APPAREL },
  Backpack: { parents: ['Bag'], category: APPAREL, aliases: ['Rucksack'] },
  Handbag: { parents: ['Accessories', 'Bag'], category: APPAREL, aliases: ['Purse'] },
  Baggage: { parents: ['Bag'], category: TRAVEL, aliases: ['Luggage'] },
  Suitcase: { parents: ['Baggage'], category: TRAVEL },
  Umbrella: { category: EVERYDAY, aliases: ['Canopy'] },

  // Sports
  'Sports Equipment': { category: SPORTS },
  Frisbee: { parents: ['Sports Equipment'], category: SPORTS },
  Ball: { parents: ['Sports Equipment'], category: SPORTS },
  Ski: { parents: ['Sports Equipment'], category: SPORTS, aliases: ['Skis'] },
  Snowboard: { parents: ['Sports Equipment'], category: SPORTS },
  Skateboard: { parents: ['Sports Equipment'], category: SPORTS },
  Surfboard: { parents: ['Sports Equipment'], category: SPORTS },
  'Baseball Bat': { parents: ['Sports Equipment'], category: SPORTS },
  'Baseball Glove': { parents: ['Clothing', 'Sports Equipment'], category: SPORTS },
  Racket: { parents: ['Sports Equipment'], category: SPORTS },
  'Tennis Racket': { parents: ['Racket'], category: SPORTS },
  'Stationary Bicycle': { parents: ['Sports Equipment'], category: 'Health and Fitness' },
  Toy: { category: 'Toys and Gaming' },
  Kite: { parents: ['Toy'], category: 'Toys and Gaming' },
  'Teddy Bear': { parents: ['Toy'], category: 'Toys and Gaming' },

  // The table
  Tableware: { category: KITCHEN },
  Bottle: { category: EVERYDAY },
  Glass: { parents: ['Tableware'], category: KITCHEN },
  'Wine Glass': { parents: ['Glass'], category: KITCHEN },
  Cup: { parents: ['Tableware'], category: KITCHEN },
  'Coffee Cup': { parents: ['Cup'], category: KITCHEN },
  Mug: { parents: ['Cup'], category: KITCHEN },
  Bowl: { parents: ['Tableware'], category: KITCHEN },
  Cutlery: { parents: ['Tableware'], category: KITCHEN, aliases: ['Silverware'] },
  Fork: { parents: ['Cutlery'], category: KITCHEN },
  Knife: { parents: ['Cutlery'], category: KITCHEN },
  Spoon: { parents: ['Cutlery'], category: KITCHEN },

  // Food
  Food: { category: FOOD },
  Produce: { parents: ['Food'], category: FOOD },
  Fruit: { parents: ['Produce'], category: FOOD },
  Vegetable: { parents: ['Produce'], category: FOOD },
  Banana: { parents: ['Fruit'], category: FOOD },
  Apple: { parents: ['Fruit'], category: FOOD },
  Orange: { parents: ['Fruit'], category: FOOD },
  Broccoli: { parents: ['Vegetable'], category: FOOD },
  Carrot: { parents: ['Vegetable'], category: FOOD },
  Sandwich: { parents: ['Food'], category: FOOD },
  'Hot Dog': { parents: ['Food'], category: FOOD },
  Pizza: { parents: ['Food'], category: FOOD },
  Dessert: { parents: ['Food'], category: FOOD },
  Donut: { parents: ['Dessert'], category: FOOD, aliases: ['Doughnut'] },
  Cake: { parents: ['Dessert'], category: FOOD },

  // Furniture and the home
  Furniture: { category: FURNITURE },
  Bench: { parents: ['Furniture'], category: FURNITURE },
  Chair: { parents: ['Furniture'], category: FURNITURE },
  Couch: { parents: ['Furniture'], category: FURNITURE, aliases: ['Sofa'] },
  Bed: { parents: ['Furniture'], category: FURNITURE },
  Table: { parents: ['Furniture'], category: FURNITURE },
  'Dining Table': { parents: ['Table'], category: FURNITURE },
  Desk: { parents: ['Table'], category: FURNITURE },
  Toilet: { parents: ['Bathroom'], category: HOME },
  Bathroom: { parents: ['Indoors', 'Room'], category: HOME },
  Room: { parents: ['Indoors'], category: HOME },
  Indoors: { category: HOME },
  Sink: { category: HOME },
  Plant: { category: 'Plants and Flowers' },
  'Potted Plant': {
    parents: ['Plant'],
    category: 'Plants and Flowers',
    aliases: ['Houseplant'],
  },
  Pottery: { category: FURNITURE },
  Vase: { parents: ['Pottery'], category: FURNITURE },
  Clock: { category: EVERYDAY },
  Box: { category: EVERYDAY },
  Scissors: { category: 'Tools and Machinery' },
  Toothbrush: { category: BEAUTY },
  'Hair Dryer': {
    parents: ['Appliance'],
    category: BEAUTY,
    aliases: ['Hair Drier', 'Blow Dryer'],
  },

  // Devices
  Electronics: { category: TECHNOLOGY },
  Appliance: { parents: ['Device'], category: HOME },
  Device: { category: 'Tools and Machinery' },
  Microwave: { parents: ['Appliance'], category: KITCHEN, aliases: ['Microwave Oven'] },
  Oven: { parents: ['Appliance'], category: KITCHEN },
  Toaster: { parents: ['Appliance'], category: KITCHEN },
  Refrigerator: { parents: ['Appliance'], category: KITCHEN, aliases: ['Fridge'] },
  Screen: { parents: ['Electronics'], category: TECHNOLOGY },
  Monitor: { parents: ['Screen'], category: TECHNOLOGY, aliases: ['Computer Monitor'] },
  TV: { parents: ['Screen'], category: TECHNOLOGY, aliases: ['Television'] },
  Computer: { parents: ['Electronics'], category: TECHNOLOGY },
  Laptop: { parents: ['Computer'], category: TECHNOLOGY },
  'Computer Hardware': { parents: ['Electronics'], category: TECHNOLOGY },
  Mouse: { parents: ['Computer Hardware'], category: TECHNOLOGY, aliases: ['Computer Mouse'] },
  Keyboard: {
    parents: ['Computer Hardware'],
    category: TECHNOLOGY,
    aliases: ['Computer Keyboard'],
  },
  'Remote Control': { parents: ['Electronics'], category: TECHNOLOGY },
  Phone: { parents: ['Electronics'], category: TECHNOLOGY },
  'Mobile Phone': { parents: ['Phone'], category: TECHNOLOGY, aliases: ['Cell Phone'] },
  Camera: { parents: ['Electronics'], category: TECHNOLOGY },

  // Print
  Publication: { category: 'Text and Documents' },
  Book: { parents: ['Publication'], category: 'Text and Documents' },
};
