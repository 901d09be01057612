"""The scores of the sample class, by hand from the rules."""

# huber_loss 8 points (quadratic 2, linear 2, gradient 3, shapes 1), huber_scale 4 (value 2, identity 2).
SCORES = {
    "01-right": 8 + 4,
    "02-right-but-unusual": 8 + 4,
    "03-in-chinese": 8 + 4,
    "04-sum": 1 + 4,
    "05-torch-huber": 1 + 0,
    "06-no-half-delta": 3 + 4,
    "07-broadcasts": 7 + 0,
    "08-one-if": 0 + 4,  # other shapes raise, but no ValueError
    "09-empty": 0,
    "10-kernel-dies": 0 + 4,
    "11-never-ends": 0 + 4,
}
