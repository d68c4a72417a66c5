"""The simulated world as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from citylake.simulator.basics.drawing import Streams
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.cards import Cards, Events, make_cards, make_electronic_cards, make_vouchers
from citylake.simulator.world.certificates import Certificates
from citylake.simulator.world.certificates_issue import make_certificates
from citylake.simulator.world.cloud import CloudUses, make_cloud_uses
from citylake.simulator.world.credit import Credit, make_credit
from citylake.simulator.world.directories import Directories, make_directories
from citylake.simulator.world.entities import Entities
from citylake.simulator.world.facilities import Facilities, make_facilities
from citylake.simulator.world.government import Government, make_government
from citylake.simulator.world.institutions import MedicalInstitutions, Schools, make_medical, make_schools
from citylake.simulator.world.insurance import Insurance, make_insurance
from citylake.simulator.world.life import Life, make_life
from citylake.simulator.world.life_events import Births, Deaths, Weddings, make_births, make_deaths, make_weddings
from citylake.simulator.world.life_records import (
    Care,
    HealthRecords,
    Jobs,
    Licences,
    make_care,
    make_health_records,
    make_jobs,
    make_licences,
)
from citylake.simulator.world.life_residence import Residences, make_residences
from citylake.simulator.world.people import People, make_people
from citylake.simulator.world.places import Places, make_places
from citylake.simulator.world.registration import make_entities
from citylake.simulator.world.services import Services, make_services


@dataclass
class World:
    """Everything that is true in the simulated city; exports and truth are two views of it."""

    schedule: Schedule
    ground: Places
    people: People
    life: Life
    enterprises: Entities
    cloud: CloudUses
    schools: Schools
    medical: MedicalInstitutions
    certificates: Certificates
    credit: Credit
    directories: Directories
    insurance: Insurance
    cards: Cards
    electronic_cards: Events
    vouchers: Events
    residences: Residences
    weddings: Weddings
    births: Births
    deaths: Deaths
    health_records: HealthRecords
    licences: Licences
    jobs: Jobs
    care: Care
    government: Government
    services: Services
    facilities: Facilities


def make_world(count: int, schedule: Schedule, streams: Streams) -> World:
    ground = make_places(count, streams)
    people = make_people(count, ground, schedule, streams)
    life = make_life(people, ground, schedule, streams)
    enterprises = make_entities(people, life, ground, schedule, streams)
    medical = make_medical(enterprises, count, schedule, streams)
    certificates = make_certificates(enterprises, medical, schedule, streams)
    insurance = make_insurance(people, life, enterprises.employers(), schedule, streams)
    cards = make_cards(people, life, schedule, streams)
    services = make_services(people, enterprises, schedule, streams)
    junctions = services.junctions.height
    return World(
        schedule=schedule,
        ground=ground,
        people=people,
        life=life,
        enterprises=enterprises,
        insurance=insurance,
        cards=cards,
        cloud=make_cloud_uses(enterprises, schedule, streams),
        schools=make_schools(enterprises, streams),
        medical=medical,
        certificates=certificates,
        credit=make_credit(enterprises, certificates, schedule, streams),
        directories=make_directories(enterprises, schedule, streams),
        electronic_cards=make_electronic_cards(people, cards, schedule, streams),
        vouchers=make_vouchers(people, insurance.medical, schedule, streams),
        residences=make_residences(people, life, ground, schedule, streams),
        weddings=make_weddings(people, streams),
        births=make_births(people, streams),
        deaths=make_deaths(people, life, streams),
        health_records=make_health_records(people, life, schedule, streams),
        licences=make_licences(people, life, schedule, streams),
        jobs=make_jobs(people, insurance, enterprises.employers(), schedule, streams),
        care=make_care(people, life, streams),
        government=make_government(schedule, streams),
        services=services,
        facilities=make_facilities(ground, count, enterprises.firms, junctions, schedule, streams),
    )
