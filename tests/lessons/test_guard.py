"""When `guard` speaks and when it is silent; every way to a fresh net and every way to a used one."""

from __future__ import annotations

import pytest
import torch
from example_nets import sgd, train, trained, warnings
from torch import nn
from torch.optim import LBFGS, SGD, Adam

from linreg_course.language import Text
from linreg_course.lessons import guard as room
from linreg_course.lessons.guard import guard


def by_init(net: nn.Sequential) -> None:
    nn.init.normal_(net[0].weight, 0, 0.01)
    nn.init.zeros_(net[0].bias)


def by_data(net: nn.Sequential) -> None:
    net[0].weight.data.normal_(0, 0.01)
    net[0].bias.data.fill_(0)


def by_new_data(net: nn.Sequential) -> None:
    net[0].weight.data, net[0].bias.data = torch.zeros(1, 2), torch.zeros(1)


def by_state(net: nn.Sequential) -> None:
    net.load_state_dict(nn.Sequential(nn.Linear(2, 1)).state_dict())


def by_copy(net: nn.Sequential) -> None:
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.zeros_like(p))


def by_reset(net: nn.Sequential) -> None:
    net[0].reset_parameters()


def by_new_parameters(net: nn.Sequential) -> None:
    net[0].weight, net[0].bias = nn.Parameter(torch.zeros(1, 2)), nn.Parameter(torch.zeros(1))


INITIALISED_AGAIN = [by_init, by_data, by_new_data, by_state, by_copy, by_reset, by_new_parameters]
OPTIMIZERS = {
    "sgd": sgd,
    "momentum": lambda net: SGD(net.parameters(), lr=0.03, momentum=0.9),
    "weight decay": lambda net: SGD(net.parameters(), lr=0.03, weight_decay=0.1),
    "adam": lambda net: Adam(net.parameters()),
    "lbfgs": lambda net: LBFGS(net.parameters(), max_iter=2),
    "named": lambda net: SGD(net.named_parameters(), lr=0.03),
}


def test_a_fresh_net_with_its_own_trainer_is_passed_in_silence() -> None:
    net = nn.Sequential(nn.Linear(2, 1))
    assert warnings(net, sgd(net)) == []


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_trained_net_is_told_whichever_optimizer_trained_it(make) -> None:
    net = nn.Sequential(nn.Linear(2, 1))
    trainer = make(net)
    train(net, trainer)
    assert warnings(net, trainer) == ["net"]


def test_a_trained_net_with_a_new_trainer_is_told() -> None:
    # The fault of the case notebook: In[34] makes a new trainer, the net of In[23] stays.
    net = trained()
    assert warnings(net, sgd(net)) == ["net"]


@pytest.mark.parametrize("initialise", INITIALISED_AGAIN)
def test_a_net_initialised_again_is_passed_in_silence(initialise) -> None:
    net = trained()
    initialise(net)
    assert warnings(net, sgd(net)) == []


@pytest.mark.parametrize("initialise", INITIALISED_AGAIN)
def test_a_net_trained_after_it_was_initialised_again_is_told(initialise) -> None:
    net = trained()
    initialise(net)
    train(net, sgd(net))
    assert warnings(net, sgd(net)) == ["net"]


def test_the_same_start_and_the_same_training_again_are_told_each_time() -> None:
    net = nn.Sequential(nn.Linear(2, 1))
    start = {name: value.clone() for name, value in net.state_dict().items()}
    for _ in range(2):
        net.load_state_dict(start)
        assert warnings(net, sgd(net)) == []
        train(net, sgd(net))
        assert warnings(net, sgd(net)) == ["net"]


@pytest.mark.parametrize("part", ["weight", "bias"])
def test_a_net_of_which_only_a_part_was_initialised_again_is_told(part: str) -> None:
    net = trained()
    nn.init.zeros_(getattr(net[0], part))
    assert warnings(net, sgd(net)) == ["net"]


def test_reading_a_trained_nets_own_state_back_is_no_initialisation() -> None:
    net = trained()
    net.load_state_dict({name: value.clone() for name, value in net.state_dict().items()})
    assert warnings(net, sgd(net)) == ["net"]


def test_a_new_net_and_a_new_trainer_after_a_training_are_passed_in_silence() -> None:
    trained()
    net = nn.Sequential(nn.Linear(2, 1))
    assert warnings(net, sgd(net)) == []


def test_a_trainer_that_holds_another_nets_parameters_is_told() -> None:
    old, new = nn.Linear(2, 1), nn.Linear(2, 1)
    assert warnings(new, sgd(old)) == ["trainer"]


def test_a_trained_net_with_another_nets_trainer_is_told_both() -> None:
    assert warnings(trained(), sgd(nn.Linear(2, 1))) == ["trainer", "net"]


@pytest.mark.parametrize("part", ["weight", "bias"])
def test_a_parameter_replaced_after_the_trainer_was_made_is_told(part: str) -> None:
    net = nn.Linear(2, 1)
    trainer = sgd(net)
    setattr(net, part, nn.Parameter(torch.zeros_like(getattr(net, part))))
    assert warnings(net, trainer) == ["trainer"]


def test_what_is_said_of_the_trainer_is_true_also_where_it_holds_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Text] = []
    monkeypatch.setattr(room, "say", lambda words, same: said.append(words))
    net = nn.Linear(2, 1)
    guard(net, SGD([net.bias], lr=0.1))
    assert "does not hold all parameters" in said[0].en
    assert "没有持有这个网络的全部参数" in said[0].zh
